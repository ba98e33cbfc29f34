import { setTimeout } from 'node:timers/promises'
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware'
import middy from '@middy/core'
import type { Context } from 'aws-lambda'
import catalogue from '#roles' with { type: 'json' }
import { createLetters } from '../aws/dead-letter-queue.ts'
import { createLedger } from '../aws/ledger-table.ts'
import { sha256 } from '../aws/sha256.ts'
import { createSender } from '../aws/sqs-send.ts'
import { createReplayTelemetry } from '../aws/telemetry.ts'
import { createEventParser } from '../core/event/event.ts'
import { kinds, readCatalogue } from '../targets/index.ts'
import type { Drained } from './drain-letters.ts'
import { answer, type Replayed } from './replay-action.ts'
import { readRequest } from './replay-request.ts'
import { readSettings } from './replay-settings.ts'
import type { ReplayWorld } from './replay-world.ts'

const settings = readSettings(process.env)
const roles = readCatalogue(catalogue)

const { logger, letter, done, oldestLetter } = createReplayTelemetry(settings.DEAD_LETTER_QUEUE_NAME)

const world: ReplayWorld = {
  letters: createLetters(settings.DEAD_LETTER_QUEUE_URL),
  change: createSender(settings.CHANGES_QUEUE_URL),
  ledger: createLedger(settings.LEDGER_TABLE),
  parse: createEventParser(kinds, roles),
  hash: sha256,
  log: { letter },
  now: Date.now,
  wait: ms => setTimeout(ms),
}

/** The replay function: replays dead letters or drains the queue (see `replay-request.ts`). */
export const handler = middy<unknown, Replayed | Drained>()
  .use(injectLambdaContext(logger))
  .handler(async (event: unknown, context: Context): Promise<Replayed | Drained> => {
    const request = readRequest(event)
    const signal = AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - settings.CLOSING_MS))
    const answered = await answer(request, world, settings.RENEW_AFTER_MS, signal)
    // After an incomplete drain the oldest letter is unknown. The missing metric then raises the alarm.
    if ('oldestMs' in answered && answered.complete) oldestLetter(answered.oldestMs)
    const { letters: _, ...facts }: Partial<Replayed> = answered
    done({ request, ...facts })
    return answered
  })
