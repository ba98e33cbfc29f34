import type { SQSClient } from '@aws-sdk/client-sqs'
import { createLetters, type Letters } from '../../aws/dead-letter-queue.ts'
import type { ParsedEvent } from '../../core/event/event.ts'
import { createEventParser } from '../../core/event/event-parser.ts'
import { kinds } from '../../targets/index.ts'
import type { CliWorld } from '../io/cli-world.ts'
import { failedIn, findQueue } from '../io/open-queue.ts'
import { type GlobalOptions, readCatalogue, stageNames, stageOf } from './stage-options.ts'

/** The opened dead-letter queue of a stage. */
export interface DeadLetters {
  readonly stage: string
  readonly client: SQSClient
  /** The queue's name. */
  readonly queue: string
  readonly letters: Letters
  /** Parses a body with the current schema and catalogue. */
  readonly parse: (body: string, now: number) => ParsedEvent
}

/** Opens the dead-letter queue of the stage. Rejects with a Failure if it cannot be used. */
export async function openDeadLetters(options: GlobalOptions, world: CliWorld): Promise<DeadLetters> {
  const stage = stageOf(options, world.env)
  const queue = stageNames(stage).deadLetterQueue
  const parse = createEventParser(kinds, await readCatalogue(options, world))
  const client = world.sqs()
  const url = await findQueue(world, client, stage, queue)
  return { stage, client, queue, letters: withFailures(createLetters(url, client), world), parse }
}

/** The same queue, with errors turned into Failures. */
function withFailures(letters: Letters, world: CliWorld): Letters {
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
