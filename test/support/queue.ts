import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs'
import { startFauxqs } from 'fauxqs'
import { toSqs } from '../../functions/aws/sqs-send.ts'
import type { LetterAttributes } from '../../functions/core/dead-letter/letter-attributes.ts'
import { withEdge } from '../../infra/local/engines/sqs-edge.ts'

/** A message that is sent in a test. */
export interface Sent {
  readonly body: string
  readonly attributes?: LetterAttributes
}

/** SQS in memory with two queues, as the stack has them. */
export async function startQueues() {
  const engine = await withEdge(() => startFauxqs({ port: 0, logger: false, defaultRegion: 'us-east-1' }))
  const endpoint = `http://127.0.0.1:${engine.port}`
  const client = new SQSClient({
    ...{ endpoint, region: 'us-east-1' },
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  })
  const urlOf = (name: string) => `${endpoint}/000000000000/${name}`
  for (const QueueName of ['changes', 'dead-letters'])
    await client.send(new CreateQueueCommand({ QueueName }))

  return {
    client,
    changes: urlOf('changes'),
    deadLetters: urlOf('dead-letters'),
    /** All that is on a queue, hidden or not. */
    stored: (queue: 'changes' | 'dead-letters') => {
      const { ready = [], inflight = [] } = engine.inspectQueue(queue)?.messages ?? {}
      return [...ready, ...inflight.map(({ message }) => message)]
    },
    /** For how long the dead letters that are hidden are so still, in milliseconds. */
    hiddenFor: (): number[] => {
      const { inflight = [] } = engine.inspectQueue('dead-letters')?.messages ?? {}
      return inflight.map(({ visibilityDeadline }) => visibilityDeadline - Date.now())
    },
    /** Puts letters on the dead-letter queue, past HTTP. */
    bury: async (letters: readonly Sent[]) => {
      for (const { body, attributes = {} } of letters) {
        engine.sendMessage('dead-letters', body, { messageAttributes: toSqs(attributes) })
      }
    },
    stop: async () => {
      client.destroy()
      await engine.stop()
    },
  }
}

/** The queues of `startQueues`. */
export type TestQueues = Awaited<ReturnType<typeof startQueues>>
