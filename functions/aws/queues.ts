import type { Queues } from '../core/ports.ts'

/**
 * The consumer's writes to the two queues, by URL. SQS's client is evaluated when it is first needed: most invocations settle every
 * message at its first attempt, and then SQS itself deletes the messages.
 */
export function createQueues(changesUrl: string, deadLetterUrl: string): Queues {
  let loading: Promise<Queues> | undefined
  const queues = (): Promise<Queues> => {
    loading ??= load(changesUrl, deadLetterUrl)
    return loading
  }
  return {
    enqueue: async (...asked) => (await queues()).enqueue(...asked),
    sendDeadLetter: async (body, attributes) => (await queues()).sendDeadLetter(body, attributes),
    delay: async delays => (await queues()).delay(delays),
  }
}

async function load(changesUrl: string, deadLetterUrl: string): Promise<Queues> {
  const { createChangesQueue } = await import('./changes-queue.ts')
  const { createSender } = await import('./sqs-send.ts')
  return { ...createChangesQueue(changesUrl), sendDeadLetter: createSender(deadLetterUrl) }
}
