import type { Trail } from '../event/sqs-message.ts'
import { senderAttribute } from '../guard/sender.ts'
import type { DeadLetter } from './dead-letter.ts'
import { attributesOf, type LetterAttributes } from './letter-attributes.ts'
import { historyOf, sum } from './trail.ts'

/** The attributes of a replayed letter: its sender, and its history with one more replay and the plan's hash. */
export function replayedAttributes(
  { trail = {}, sender }: Pick<DeadLetter, 'trail' | 'sender'>,
  plan: string,
): LetterAttributes {
  const history = historyOf(trail)
  return attributesOf({
    ...senderAttribute(sender),
    trail: { ...history, replays: sum(history.replays, 1) ?? 1, plan },
  })
}

/** The attributes of a renewed letter. */
export const renewedAttributes = (letter: DeadLetter): LetterAttributes =>
  stamped(letter, { renewals: sum(letter.trail?.renewals, 1) ?? 1 }, letter.sender)

/** The attributes of a letter with a corrected body: not the sender's any more. `edit` says who changed what, and when. */
export const editedAttributes = (letter: DeadLetter, edit: string): LetterAttributes =>
  stamped(letter, { edits: [...(letter.trail?.edits ?? []), edit] })

/** Only our own attributes: with a producer's attributes there could be more than SQS's limit of ten. */
function stamped({ attributes, trail }: DeadLetter, change: Trail, sender = ''): LetterAttributes {
  const { reason = '', target = '', member = '', event = '', unproven = '', guard = '' } = attributes
  return attributesOf({
    reason,
    target,
    member,
    event,
    unproven,
    guard,
    sender,
    trail: { ...trail, ...change },
  })
}
