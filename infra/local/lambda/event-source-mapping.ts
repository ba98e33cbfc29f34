import { setTimeout } from 'node:timers/promises'
import {
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import type { MappingDescription } from '../template/template-functions.ts'
import { batchEvent, settledBy } from './batch-event.ts'
import type { Pool } from './instance-pool.ts'
import { describeEnding, type Invocation } from './lambda-invocation.ts'

/** The callbacks of a mapping. */
export interface MappingEvents {
  /** Called with the messages of a receive, before their invocation. */
  onReceived(messages: readonly Message[]): void
  /** Called with the messages that an invocation settled, and awaited before they are deleted. */
  onSettled(messages: readonly Message[], invocation: Invocation): Promise<void>
  /** Called after every receive and after every invocation. */
  onTurn(): void
  /** Called with a text on a failure: of an invocation, of an engine. */
  onTrouble(text: string): void
}

/** The dependencies of a mapping. */
export interface MappingWorld extends MappingEvents {
  readonly sqs: SQSClient
  readonly queueUrl: string
  readonly region: string
  readonly pool: Pool
}

/** A mapping that polls. */
export interface Mapping {
  /** How many invocations run now. */
  readonly running: number
  /** Ends polling. Resolves once no invocation runs. */
  stop(): Promise<void>
}

/** The wait time of a receive, in seconds; a message ends the wait. */
const waitSeconds = 1

/**
 * Polls a queue as an event source mapping does, with as many invocations at once as the mapping allows. Only one receive waits at
 * a time, because fauxqs wakes every waiting receive for one message.
 */
export function startMapping(description: MappingDescription, world: MappingWorld): Mapping {
  const { batchSize, concurrency, partialBatches, queueArn } = description
  const { sqs, queueUrl, region, pool } = world
  const receiving = new AbortController()
  const running = new Set<Promise<void>>()

  const receive = async (): Promise<Message[]> => {
    const command = new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: batchSize,
      WaitTimeSeconds: waitSeconds,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    })
    const { Messages = [] } = await sqs.send(command, { abortSignal: receiving.signal })
    return Messages
  }

  const remove = async (messages: readonly Message[]) => {
    if (messages.length === 0) return
    const Entries = messages.map((message, n) => ({ Id: String(n), ReceiptHandle: message.ReceiptHandle }))
    const { Failed = [] } = await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }))
    for (const { Code, Message } of Failed)
      world.onTrouble(`SQS did not delete a message: ${Code} ${Message}`)
  }

  const work = async (messages: readonly Message[]) => {
    world.onReceived(messages)
    const invocation = await pool.invoke(batchEvent(messages, queueArn, region))
    const settled = settledBy(invocation, messages, partialBatches)
    if (invocation.ending.kind !== 'returned') {
      const { name } = description.function
      world.onTrouble(
        `${name} ${describeEnding(invocation.ending)}; ${messages.length} messages return to the queue`,
      )
    }
    await world.onSettled(settled, invocation)
    await remove(settled)
  }

  const loop = async () => {
    while (!receiving.signal.aborted) {
      if (running.size >= concurrency) await Promise.race(running)
      const messages = await receive().catch(giveTime)
      if (messages.length > 0) {
        const worked = work(messages)
          .catch(error => world.onTrouble(`a batch returns to the queue: ${error}`))
          .finally(() => {
            running.delete(worked)
            world.onTurn()
          })
        running.add(worked)
      }
      world.onTurn()
    }
  }
  /** A failed receive does not end polling: the next one comes a moment later. */
  const giveTime = async (error: unknown): Promise<Message[]> => {
    if (receiving.signal.aborted) throw error
    world.onTrouble(`a receive failed: ${error}`)
    await setTimeout(1000 * waitSeconds, undefined, { signal: receiving.signal })
    return []
  }
  const looping = loop().catch(error => {
    if (!receiving.signal.aborted) world.onTrouble(`polling ended: ${error}`)
  })

  return {
    get running() {
      return running.size
    },
    stop: async () => {
      receiving.abort()
      await looping
      await Promise.all(running)
    },
  }
}
