import type { Command } from 'commander'
import { asObject } from '../../core/json.ts'
import { changesOf, type Desired } from '../../core/ledger/desired-state.ts'
import { settingNames } from '../../targets/index.ts'
import type { Target } from '../../targets/target.ts'
import type { Environment } from '../io/cli-world.ts'
import { createReadOnlyHttp } from '../io/read-only-http.ts'
import type { Planned } from './dry-run.ts'
import { tokenNames } from './target-options.ts'
import type { TargetState } from './target-state-words.ts'

/** Reads a member's state from its target, and compares it with the request. */
export type ReadTargetState = (target: Target, member: string, planned: Planned) => Promise<TargetState>

/** How much of a target's message is shown, in characters. */
const maxDetailLength = 300

/** Creates the reader, with the tokens from the environment. Every failure becomes `unread`. It never writes. */
export function createTargetStateReader(env: Environment): ReadTargetState {
  const readOnly = createReadOnlyHttp()

  return async (target, member, { request }) => {
    if (!target.read)
      return { kind: 'unread', detail: 'this target shows the state only in the answer to a write' }
    if (!URL.canParse(request.url)) return notSet(settingNames(target.name).url)
    const token = env[settingNames(target.name).token]
    if (!token) return notSet(settingNames(target.name).token)
    const reading = await target.read(member, readOnly(token))
    switch (reading.kind) {
      case 'holds': {
        const { state } = reading
        const changes = changesOf(state, asObject(request.body) as Desired)
        return changes.length === 0 ? { kind: 'wanted', state } : { kind: 'another', state, changes }
      }
      case 'unread':
        return { kind: 'unread', detail: reading.detail.slice(0, maxDetailLength) }
      case 'absent':
        return reading
      default:
        return reading satisfies never
    }
  }
}

const notSet = (variable: string): TargetState => ({ kind: 'unread', detail: `${variable} is not set` })

/** Adds the option `--read`. */
export const addReadOption = (command: Command): Command =>
  command.option(
    '--read',
    `also reads each member's state from its target (tokens: env ${tokenNames}); ` +
      "not possible with Wacht's dialect role_id",
  )
