import { bodyOf } from '../../core/event/event-body.ts'
import { outcomeSource } from '../../core/history/outcome-event.ts'
import type { Desired } from '../../core/ledger/desired-state.ts'
import { scopeOf } from '../../core/people/person-event.ts'
import type { AddCommand, CliWorld } from '../io/cli-world.ts'
import { moment } from '../io/durations.ts'
import { exit, Failure } from '../io/exit-codes.ts'
import { line, note } from '../io/output.ts'
import { notEmpty } from './dead-drop.ts'
import { readMembers, scopeToRead } from './review-reading.ts'
import { examples, type GlobalOptions, stageOf } from './stage-options.ts'
import { addTargetOptions, tokenNames } from './target-options.ts'
import { scopeGiven } from './who.ts'

type AcceptOptions = GlobalOptions & Readonly<Record<string, unknown>> & { readonly by: string }

/** `drift accept MEMBER --by NAME`: the event that makes what the target shows the newest change. */
export const addDriftAccept: AddCommand = (drift, world, exitWith) => {
  addTargetOptions(drift.command('accept'))
    .description(
      'Reads the list of a member from its target, and prints an event with the state that it shows for the member: `role-sync send -` ' +
        `makes it the newest change (tokens: env ${tokenNames}). Sends nothing. Exit code 1 if the member does not drift.`,
    )
    .argument(
      '<member>',
      'the member: wacht/<organizationId>/<membershipId> or project/<projectId>/<memberId>',
    )
    .requiredOption('--by <name>', 'who accepts it: a part of the event', notEmpty('--by'))
    .addHelpText(
      'after',
      examples(
        'drift accept wacht/7301954381230018561/7301954381230018999 --by anna > accepted.json',
        'send accepted.json --wait',
      ),
    )
    .action(async (member, _, command) => exitWith(await accept(member, command.optsWithGlobals(), world)))
}

async function accept(member: string, options: AcceptOptions, world: CliWorld): Promise<number> {
  const toRead = scopeToRead(scopeGiven(scopeOf(member)), options, world)
  const found: Desired[] = []
  const why = await readMembers(toRead, world, async row => {
    if (row.member === member && row.finding === 'drift' && row.shown) found.push(row.shown)
  })
  const [shown] = found
  if (!shown) {
    await note(world, `${member}: ${why ?? 'does not drift'}`)
    return exit.refused
  }
  const at = moment(world.now())
  await line(
    world,
    bodyOf({
      ...{ specversion: '1.0', type: 'role.changed.v1', id: `accepted/${member}/${at}` },
      ...{ source: `${outcomeSource(stageOf(options, world.env))}/drift`, time: at, acceptedby: options.by },
      data: { ...toRead.target.naming(member), ...stateIn(shown, member) },
    }),
  )
  return exit.ok
}

/** The state as an event names it. Wacht shows the list of a member's roles, and an event names one. */
function stateIn({ role_ids: roles, ...state }: Desired, member: string): Desired {
  if (roles === undefined) return state
  const [roleId, ...others] = roles as readonly string[]
  if (roleId === undefined || others.length > 0)
    throw new Failure(
      `${member} has ${(roles as readonly string[]).length} roles at its target: an event names exactly one`,
    )
  return { roleId }
}
