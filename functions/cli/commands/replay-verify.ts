import type { PlannedLetter } from '../../core/dead-letter/planned-letters.ts'
import { personTarget } from '../../core/people/person-event.ts'
import type { AddCommand, CliWorld } from '../io/cli-world.ts'
import { exit } from '../io/exit-codes.ts'
import { type AskedEvent, type EventStatus, isDone } from './event-status.ts'
import { findStatuses, openSources } from './find-statuses.ts'
import { optionsOfPlan, readPlan } from './plan-settings.ts'
import { examples, type GlobalOptions } from './stage-options.ts'
import { printStatuses } from './status-report.ts'

/** `replay verify FILE`: what became of the letters of a plan. */
export const addVerify: AddCommand = (replay, world, exitWith) => {
  replay
    .command('verify')
    .description(
      'Shows what became of each letter of a plan that was applied: applied, superseded, dead again or waiting. Exit code 1 if a ' +
        'letter that the plan sends or removes is neither applied nor superseded.',
    )
    .argument('<file>', 'the plan, written by `replay plan --out`')
    .addHelpText('after', examples('replay verify plan.json', 'replay verify plan.json --json | jq .counts'))
    .action(async (file, _, command) => exitWith(await verify(file, command.optsWithGlobals(), world)))
}

/** A letter of a plan as an event. */
interface AskedLetter extends AskedEvent {
  readonly planned: PlannedLetter
}

async function verify(file: string, given: GlobalOptions, world: CliWorld): Promise<number> {
  const plan = await readPlan(file)
  const options = { ...given, ...(await optionsOfPlan(plan, given, world)) }
  const asked = plan.letters.map(askedLetter)
  const found = (await findStatuses(asked, openSources(options, world), world)).map(one => ({
    ...one,
    status: asPlanned(one.asked.planned, one.status),
  }))
  await printStatuses(world, found, options)
  const meant = found.filter(
    ({ asked: { planned } }) => !['invalid', 'undecided', 'held'].includes(planned.verdict),
  )
  return meant.every(({ status }) => isDone(status)) ? exit.ok : exit.refused
}

function askedLetter(planned: PlannedLetter): AskedLetter {
  const { event, member, version, target, messageId } = planned
  const isPerson = target === personTarget
  return {
    ...{ planned, event: event ?? messageId, member: isPerson ? null : (member ?? undefined) },
    ...(version && { version }),
  }
}

/** A letter that was superseded or a duplicate when it was planned, and that is gone, needs nothing more. */
function asPlanned({ verdict, by, since }: PlannedLetter, status: EventStatus): EventStatus {
  const isRemoved = (verdict === 'superseded' || verdict === 'duplicate') && status.status !== 'dead'
  return isRemoved && by !== undefined && since !== undefined ? { status: 'superseded', by, since } : status
}
