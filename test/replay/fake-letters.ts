import type { Letters, LookOptions } from '../../functions/aws/dead-letter-queue.ts'
import type { SendTo } from '../../functions/aws/sqs-send.ts'
import { type DeadLetter, letterFacts } from '../../functions/core/dead-letter/dead-letter.ts'
import type { LetterAttributes } from '../../functions/core/dead-letter/letter-attributes.ts'

/** A dead-letter queue in memory, with what is on it and what happened to it. */
export interface FakeLetters extends Letters {
  /** What is on the queue, in the order in which it was sent. */
  readonly stored: DeadLetter[]
  /** The letters that somebody looks at now. */
  readonly hidden: ReadonlySet<string>
  /** Puts a letter on the queue. */
  readonly put: (body: string, attributes?: LetterAttributes, fields?: Partial<DeadLetter>) => DeadLetter
  /** How each look that was begun was asked for. */
  readonly asked: LookOptions[]
  /** Letters that somebody else is looking at. */
  readonly elsewhere: Set<string>
  /** Called in each second in which a look waits for those. */
  onWait: () => void
}

/** An empty queue whose letters are sent at `now()`. */
export function fakeLetters(now: () => number): FakeLetters {
  const stored: DeadLetter[] = []
  const hidden = new Set<string>()
  const elsewhere = new Set<string>()
  let sent = 0
  const asked: LookOptions[] = []

  const put: FakeLetters['put'] = (body, attributes = {}, fields = {}) => {
    sent += 1
    const messageId = `letter-${String(sent).padStart(5, '0')}`
    const letter: DeadLetter = {
      ...{ messageId, receipt: `receipt-${sent}`, body, sentAt: now(), receives: 1 },
      ...letterFacts(attributes, false),
      ...fields,
    }
    stored.push(letter)
    return letter
  }
  const send: SendTo = async (body, attributes) => {
    put(body, attributes)
  }

  const fake: FakeLetters = {
    stored,
    hidden,
    elsewhere,
    onWait: () => {},
    put,
    send,
    asked,
    counts: async () => ({ visible: stored.length - hidden.size, hidden: hidden.size }),
    remove: async ({ messageId }) => {
      const at = stored.findIndex(letter => letter.messageId === messageId)
      if (at >= 0) stored.splice(at, 1)
    },
    look: async function* (options) {
      const { signal, quick = false, patienceSeconds = 0, onHidden, idle } = options
      asked.push(options)
      const seen = new Set<string>()
      try {
        for (let waited = 0; ; ) {
          signal?.throwIfAborted()
          const letter = stored.find(
            ({ messageId }) => ![hidden, seen, elsewhere].some(set => set.has(messageId)),
          )
          if (!letter) {
            if (!quick) await new Promise(setImmediate) // the slow round: what is in work is done meanwhile
            const there = stored.filter(({ messageId }) => elsewhere.has(messageId)).length
            if (there === 0 || waited >= patienceSeconds) return onHidden?.(there)
            waited += 1
            fake.onWait()
            continue
          }
          seen.add(letter.messageId)
          hidden.add(letter.messageId)
          yield letter
        }
      } finally {
        await idle?.()
        for (const id of seen) hidden.delete(id)
      }
    },
  }
  return fake
}
