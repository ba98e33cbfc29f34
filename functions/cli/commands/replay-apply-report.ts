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
  ...(failed > 0 ? [`failed, still on the dead-letter queue: ${lettersOf(failed)}; plan again`] : []),
  ...(dead > 0 ? [`dead again so far: ${lettersOf(dead)}`] : []),
  ...(missing > 0
    ? [`${lettersOf(missing)} not processed: gone, read by another operator, or not reached`]
    : []),
  ...(why === 'came_back_dead'
    ? ['stopped: more than half of the ended replays are dead again; fix the cause, then plan again']
    : []),
  ...(why === 'failing' ? ['stopped: twenty letters in a row failed; fix the cause, then plan again'] : []),
  ...(why === 'stop_signal' ? ['stopped: the remaining letters are unchanged on the dead-letter queue'] : []),
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
