import { setTimeout } from 'node:timers/promises'
import type { Context } from 'aws-lambda'
import catalogue from '#roles' with { type: 'json' }
import { createLetters } from '../aws/dead-letter-queue.ts'
import { createDynamoDbItems } from '../aws/dynamodb-items.ts'
import { createLedger } from '../aws/ledger-table.ts'
import { sha256 } from '../aws/sha256.ts'
import { createSender } from '../aws/sqs-send.ts'
import { createReplayTelemetry } from '../aws/telemetry.ts'
import { createEventParser } from '../core/event/event-parser.ts'
import { kinds, readCatalogue } from '../targets/index.ts'
import { answer, type ReplayAnswer, type ReplayDeployment } from './replay-action.ts'
import { readRequest } from './replay-request.ts'
import { readSettings } from './replay-settings.ts'
import type { ReplayWorld } from './replay-world.ts'

const settings = readSettings(process.env)
const deployment: ReplayDeployment = {
  catalogue: readCatalogue(catalogue),
  renewAfterMs: settings.RENEW_AFTER_MS,
}

const { logger, letter, done, drained } = createReplayTelemetry(settings.DEAD_LETTER_QUEUE_NAME)

const world: ReplayWorld = {
  letters: createLetters(settings.DEAD_LETTER_QUEUE_URL, undefined, settings.TRUSTED_SENDERS),
  change: createSender(settings.CHANGES_QUEUE_URL),
  ledger: createLedger(settings.LEDGER_TABLE, createDynamoDbItems()),
  parse: createEventParser(kinds, deployment.catalogue),
  hash: sha256,
  log: { letter },
  now: Date.now,
  wait: ms => setTimeout(ms),
}

/** The replay function: replays dead letters, drains the queue, or says what is deployed (see `replay-request.ts`). */
export const handler = async (event: unknown, context: Context): Promise<ReplayAnswer> => {
  logger.appendKeys({ requestId: context.awsRequestId })
  const request = readRequest(event)
  const signal = AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - settings.CLOSING_MS))
  const answered = await answer(request, world, deployment, signal)
  // After an incomplete drain the oldest letter is unknown. The missing metric then raises the alarm.
  if ('oldestMs' in answered && answered.complete) drained(answered)
  const { letters: _, catalogue: __, ...facts } = { letters: [], catalogue: {}, ...answered }
  done({ request, ...facts })
  return answered
}
