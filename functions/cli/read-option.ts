import type { Command } from 'commander'
import { kinds } from '../targets/index.ts'

/** The variable of a target's token, which reads need. */
export const tokenName = (target: string): string => `${target.toUpperCase()}_TOKEN`

/** Adds the option that asks the targets themselves. */
export const addReadOption = (command: Command): Command =>
  command.option(
    '--read',
    `asks the targets, too, what members hold now, one by one (env ${kinds.map(({ name }) => tokenName(name)).join(', ')}); ` +
      "Wacht's dialect role_id has no such read",
  )
