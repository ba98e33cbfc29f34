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

/** The result of a plan for `--json`. */
export const recordOf = ({ sent, removed, refused, failed, stopped }: AppliedPlan) => ({
  sent,
  removed,
  refused,
  failed,
  stopped,
})

/** The result of a plan in one line. */
export const summaryOf = ({ sent, removed, refused, failed }: AppliedPlan): string =>
  `${sent} sent, ${removed} removed, ${refused} refused${failed > 0 ? `, ${failed} failed` : ''}`

/** Further lines on the result, for standard error. */
export const remarksOn = ({ missing, dead, failed, why }: AppliedPlan): string[] => [
  ...(failed > 0 ? [`${lettersOf(failed)} failed, still on the dead-letter queue. Plan again.`] : []),
  ...(dead > 0 ? [`${lettersOf(dead)} dead again so far`] : []),
  ...(missing > 0
    ? [`${lettersOf(missing)} not processed: gone, read by another operator, or not reached`]
    : []),
  ...(why === 'came_back_dead'
    ? ['Stopped: more than half of the ended replays are dead again. Fix the cause, then plan again.']
    : []),
  ...(why === 'failing' ? ['Stopped: twenty letters in a row failed. Fix the cause, then plan again.'] : []),
  ...(why === 'stop_signal'
    ? ['Stopped: the remaining letters are unchanged on the dead-letter queue.']
    : []),
]

/** The log line of a letter that was removed, refused or failed. Undefined for a sent letter: the plan names it. */
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
    ...(since === undefined ? [] : [`applied since ${moment(since)}`]),
    ...(detail === undefined ? [] : [detail]),
  ].join(', ')
  const letter = `${event ?? '(no id)'} of ${source ?? '(no source)'} (${member ?? 'no member'}, message ${messageId})`
  return `${act} ${letter}: ${why}${plan === undefined ? '' : ` (plan ${shortHash(plan)})`}`
}
