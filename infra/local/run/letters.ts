import { createEventParser } from '../../../functions/core/event.ts'
import { kinds } from '../../../functions/targets/index.ts'
import type { StoredMessage } from '../engines/index.ts'
import type { Outcome } from './outcome.ts'

const parse = createEventParser(kinds, {})

/** A letter without a reason was moved by SQS itself, because the message was received too often. */
export const isCrashed = (letter: StoredMessage): boolean => letter.messageAttributes.reason === undefined

/** The outcome of a letter that SQS moved itself; its names are read from the body as far as they can be. */
export function crashedOutcome({ messageId, body, approximateReceiveCount }: StoredMessage): Outcome {
  const { named } = parse(body, Date.now())
  // The receive that moved the message counts, and nobody got to see it.
  const receives = approximateReceiveCount - 1
  return { messageId, ...named, outcome: 'dead', reason: 'crashed', receives }
}
