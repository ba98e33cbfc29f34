import type { Trail } from '../event/sqs-message.ts'
import type { DeadLetter } from './dead-letter.ts'
import { attributesOf, type LetterAttributes } from './letter-attributes.ts'
import { historyOf, sum } from './trail.ts'

/** What goes with a letter that is replayed: its history alone, one replay longer, and the plan that said so. */
export function replayedAttributes(
  { trail = {} }: Pick<DeadLetter, 'trail'>,
  plan: string,
): LetterAttributes {
  const history = historyOf(trail)
  return attributesOf({ trail: { ...history, replays: sum(history.replays, 1) ?? 1, plan } })
}

/** The attributes of a letter that is sent again so that it does not age out. */
export const renewedAttributes = (letter: DeadLetter): LetterAttributes =>
  stamped(letter, { renewals: sum(letter.trail?.renewals, 1) ?? 1 })

/** The attributes of a letter whose body was corrected; `edit` says who changed what, and when. */
export const editedAttributes = (letter: DeadLetter, edit: string): LetterAttributes =>
  stamped(letter, { edits: [...(letter.trail?.edits ?? []), edit] })

/** Ours alone: with a producer's own there could be more than the ten that SQS takes. */
function stamped({ attributes, trail }: DeadLetter, change: Trail): LetterAttributes {
  const { reason = '', target = '', member = '', event = '', unproven = '' } = attributes
  return attributesOf({ reason, target, member, event, unproven, trail: { ...trail, ...change } })
}
