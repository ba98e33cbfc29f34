import { BoundedMap } from '../core/bounded-map.ts'
import { letterAttributes } from '../core/dead-letter/letter-attributes.ts'
import type { Grounds } from '../core/dead-letter/reason.ts'
import type { Named } from '../core/event/event.ts'
import type { Message } from '../core/event/sqs-message.ts'
import type { SyncWorld } from './sync-world.ts'

/** Of how many messages an instance remembers that their letter is sent. */
const mostRemembered = 2000

/** Sends dead letters. */
export interface LetterSender {
  /** Resolves to whether the letter of a message is on the dead-letter queue. Never rejects. */
  readonly send: (message: Message, named: Named, letter: Grounds) => Promise<boolean>
  /** The letter of a message is sent, but the message is retried: the same letter is not sent again. */
  readonly remember: (message: Message, letter: Grounds) => void
}

/**
 * Creates the sender of dead letters. A message may be retried after its letter is sent: until the history and the topic have its
 * end. An instance that remembers the letter does not send it again.
 */
export function createLetterSender({ now, queues, telemetry }: SyncWorld): LetterSender {
  /** The letter, by message id. */
  const sent = new BoundedMap<string, Grounds>(mostRemembered)
  const send: LetterSender['send'] = async (message, named, letter) => {
    const before = sent.get(message.id)
    // A letter that says `unproven`, or no longer does, is another one.
    if (before?.reason === letter.reason && !before.unproven === !letter.unproven) return true
    try {
      await queues.sendDeadLetter(message.body, letterAttributes(message, named, letter, now()))
    } catch (error) {
      telemetry.trouble(
        'dead letter not sent; the message stays on the changes queue and will be retried',
        error,
      )
      return false
    }
    return true
  }
  return { send, remember: ({ id }, letter) => void sent.set(id, letter) }
}
