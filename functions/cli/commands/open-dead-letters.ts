import type { SQSClient } from '@aws-sdk/client-sqs'
import { createLetters, type Letters } from '../../aws/dead-letter-queue.ts'
import { createEventParser, type ParsedEvent } from '../../core/event/event.ts'
import { kinds } from '../../targets/index.ts'
import type { CliWorld } from '../io/cli-world.ts'
import { failedIn, findQueue } from '../io/queue-sink.ts'
import { type GlobalOptions, readCatalogue, stageNames, stageOf } from './stage-options.ts'

/** What every command on dead letters needs. */
export interface DeadLetters {
  readonly stage: string
  readonly client: SQSClient
  /** The queue's name, for people. */
  readonly queue: string
  readonly letters: Letters
  /** Reads a body with today's schema and catalogue. */
  readonly parse: (body: string, now: number) => ParsedEvent
}

/** Opens the dead-letter queue of the stage; a Failure says in one line why it cannot be used. */
export async function openDeadLetters(options: GlobalOptions, world: CliWorld): Promise<DeadLetters> {
  const stage = stageOf(options, world.env)
  const queue = stageNames(stage).deadLetterQueue
  const parse = createEventParser(kinds, await readCatalogue(options, world))
  const client = world.sqs()
  const url = await findQueue(world, client, stage, queue)
  return { stage, client, queue, letters: telling(createLetters(url, client), world), parse }
}

/** The same queue, whose rejections are Failures. */
function telling(letters: Letters, world: CliWorld): Letters {
  const failed = failedIn(world)
  return {
    counts: () => letters.counts().catch(failed),
    look: async function* (options) {
      try {
        yield* letters.look(options)
      } catch (error) {
        if (world.stop.aborted) throw error
        failed(error)
      }
    },
    remove: letter => letters.remove(letter).catch(failed),
    send: (body, attributes) => letters.send(body, attributes).catch(failed),
  }
}
