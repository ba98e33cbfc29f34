import type { Plan } from '../../core/dead-letter/planned-letters.ts'
import type { AppliedPlan } from '../../replay/apply-plan.ts'
import type { LetterRecord } from '../../replay/replay-world.ts'
import { moment } from '../io/durations.ts'
import { lettersOf, shortHash } from './letter-rows.ts'

/** How many letters a plan sends and removes. */
export const todoOf = ({ counts }: Plan) => ({
  send: counts.apply,
  remove: counts.superseded + counts.duplicate,
})

/** What became of a plan, as `--json` shows it. */
export const recordOf = ({ sent, removed, refused, failed, stopped }: AppliedPlan) => ({
  sent,
  removed,
  refused,
  failed,
  stopped,
})

/** What became of a plan in one line. */
export const summaryOf = ({ sent, removed, refused, failed }: AppliedPlan): string =>
  `${sent} sent, ${removed} removed, ${refused} refused${failed > 0 ? `, ${failed} failed` : ''}`

/** What else there is to tell, for standard error. */
export const remarksOn = ({ missing, dead, failed, why }: AppliedPlan): string[] => [
  ...(failed > 0 ? [`${lettersOf(failed)} failed, still on the dead-letter queue: plan again`] : []),
  ...(dead > 0 ? [`came back dead so far: ${lettersOf(dead)}`] : []),
  ...(missing > 0 ? [`of the plan, but not met: ${lettersOf(missing)}`] : []),
  ...(why === 'came_back_dead' ? ['stopped: more than half of what came back is dead again'] : []),
  ...(why === 'failing' ? ['stopped: twenty letters in a row failed; mend the cause, then plan again'] : []),
  ...(why === 'stop_signal'
    ? ['stopped: what was not dealt with is on the dead-letter queue as before']
    : []),
]

/** The log line of a letter that was removed, was refused or failed; undefined for one that was sent, which its plan names. */
export function evidence({
  act,
  event,
  source,
  member,
  messageId,
  ...facts
}: LetterRecord): string | undefined {
  const { verdict, by, since, detail, plan } = facts
  if (act === 'replayed') return undefined
  const why = [
    ...(by === undefined ? [] : [`${verdict} by ${by}`]),
    ...(since === undefined ? [] : [`in effect since ${moment(since)}`]),
    ...(detail === undefined ? [] : [detail]),
  ].join(', ')
  const letter = `${event ?? '(no id)'} of ${source ?? '(no source)'} (${member ?? 'no member'}, message ${messageId})`
  return `${act} ${letter}: ${why}${plan === undefined ? '' : `; plan ${shortHash(plan)}`}`
}
