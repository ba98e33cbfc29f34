import { expect, test } from '@jest/globals'
import type { Grounds } from '../../functions/core/dead-letter/reason.ts'
import { createLetterSender } from '../../functions/sync/letter-sender.ts'
import { noon } from '../support/events.ts'
import { messageOf } from '../support/world.ts'

const named = { event: 'e1', source: 's', target: 'wacht', member: 'wacht/1/2' }
const message = messageOf('m1', 'x')
const letter: Grounds = { reason: 'gave_up', detail: 'timeout' }

/** Sends the letter of a message that must be retried, then another one of it; the attributes of each that reaches the queue. */
async function sentBy(first: Grounds, second: Grounds) {
  const sent: unknown[] = []
  const letters = createLetterSender({
    now: () => noon,
    queues: {
      sendDeadLetter: async (_: string, { unproven = 'no' }: { unproven?: string }) =>
        void sent.push(unproven),
    },
    telemetry: { trouble: () => undefined },
  } as never)
  expect(await letters.send(message, named, first)).toBe(true)
  letters.remember(message, first)
  expect(await letters.send(message, named, second)).toBe(true)
  return sent
}

test('the same letter of a message that is retried is not sent again', async () => {
  expect(await sentBy(letter, { ...letter, unproven: false, detail: 'reset' })).toEqual(['no'])
})

test('a letter that says unproven by now is sent: the first one did not', async () => {
  expect(await sentBy(letter, { ...letter, unproven: true })).toEqual(['no', 'true'])
})
