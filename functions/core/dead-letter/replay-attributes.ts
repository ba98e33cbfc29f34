import type { Trail } from '../event/sqs-message.ts'
import type { DeadLetter } from './dead-letter.ts'
import { attributesOf, type LetterAttributes } from './letter-attributes.ts'
import { historyOf, sum } from './trail.ts'

/** The attributes of a replayed letter: its history only, with one more replay and the plan's hash. */
export function replayedAttributes(
  { trail = {} }: Pick<DeadLetter, 'trail'>,
  plan: string,
): LetterAttributes {
  const history = historyOf(trail)
  return attributesOf({ trail: { ...history, replays: sum(history.replays, 1) ?? 1, plan } })
}

/** The attributes of a renewed letter. */
export const renewedAttributes = (letter: DeadLetter): LetterAttributes =>
  stamped(letter, { renewals: sum(letter.trail?.renewals, 1) ?? 1 })

/** The attributes of a letter with a corrected body. `edit` says who changed what, and when. */
export const editedAttributes = (letter: DeadLetter, edit: string): LetterAttributes =>
  stamped(letter, { edits: [...(letter.trail?.edits ?? []), edit] })

/** Only our own attributes: with a producer's attributes there could be more than SQS's limit of ten. */
function stamped({ attributes, trail }: DeadLetter, change: Trail): LetterAttributes {
  const { reason = '', target = '', member = '', event = '', unproven = '' } = attributes
  return attributesOf({ reason, target, member, event, unproven, trail: { ...trail, ...change } })
}
