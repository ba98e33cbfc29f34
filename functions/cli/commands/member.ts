import { kinds } from '../../targets/index.ts'
import type { AddCommand, CliWorld } from '../io/cli-world.ts'
import { exit, Failure } from '../io/exit-codes.ts'
import { openLedger } from '../io/ledger-reader.ts'
import { json, line } from '../io/output.ts'
import { entryRecord, entryWords } from './entry-words.ts'
import { type GlobalOptions, stageNames, stageOf } from './stage-options.ts'

/** `member TARGET/…`: shows the ledger entry of a member. */
export const addMember: AddCommand = (program, world, exitWith) => {
  program
    .command('member')
    .description(
      'Shows the ledger entry of a member: the applied state with its time and event, the lease, and unanswered or ' +
        'unproven writes. Exit code 1 if there is no entry.',
    )
    .argument(
      '<member>',
      'the name of the member: wacht/<organizationId>/<membershipId> or project/<projectId>/<memberId>',
    )
    .addHelpText(
      'after',
      '\nExample:\n  $ role-sync member wacht/7301954381230018561/7301954381230018999 --stage prod',
    )
    .action(async (name, _, command) => exitWith(await member(name, command.optsWithGlobals(), world)))
}

async function member(given: string, options: GlobalOptions, world: CliWorld): Promise<number> {
  const name = memberName(given)
  const stage = stageOf(options, world.env)
  const entry = await openLedger(world, stage, stageNames(stage).ledgerTable).read(name)
  if (options.json) await json(world, { member: name, entry: entryRecord(entry) })
  else
    for (const row of [name, ...entryWords(entry, world.now()).map(words => `  ${words}`)])
      await line(world, row)
  return entry ? exit.ok : exit.refused
}

/** Checks a member's name. Names of members are in lower case. Throws a Failure. */
export function memberName(given: string): string {
  const name = given.toLowerCase()
  const [target, ...ids] = name.split('/')
  if (kinds.some(kind => kind.name === target) && ids.length === 2 && !ids.includes('')) return name
  const targets = kinds.map(kind => `${kind.name}/…/…`).join(' or ')
  throw new Failure(`member ${given}: must be ${targets}, as \`dead list\` shows it`)
}
