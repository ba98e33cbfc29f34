import type { APIGatewayProxyEventV2, Context } from 'aws-lambda'
import guards from '#guards' with { type: 'json' }
import catalogue from '#roles' with { type: 'json' }
import { createDynamoDbItems } from '../aws/dynamodb-items.ts'
import type { UrlReply } from '../aws/function-url.ts'
import { createLedger } from '../aws/ledger-table.ts'
import { createLogger } from '../aws/logger.ts'
import { createQueues } from '../aws/queues.ts'
import { createReassertKey } from '../aws/reassert-key.ts'
import { secretReader } from '../aws/target-credentials.ts'
import { redact, redacted, redactedError } from '../core/redact.ts'
import { kinds, readCatalogue } from '../targets/index.ts'
import { createWithdrawn, type DriftAnswer, type DriftWorld, reassertDrift } from './reassert-drift.ts'
import { readScopes, readSettings } from './reassert-settings.ts'
import { createReassert, type ReassertWorld } from './send-reassertions.ts'

const settings = readSettings(process.env)
const { SWEEP_TABLE: sweepTable } = settings
const logger = createLogger()
const trouble = (what: string, error: unknown) => logger.error(what, redactedError(error))
const dynamodb = createDynamoDbItems()
const { signer } = createReassertKey(secretReader(settings.REASSERT_SECRET_ARN), Date.now, trouble)

const world: ReassertWorld = {
  read: createLedger(settings.LEDGER_TABLE, dynamodb).read,
  // It sends no dead letters.
  enqueue: createQueues(settings.CHANGES_QUEUE_URL, settings.CHANGES_QUEUE_URL).enqueue,
  sign: signer,
  source: settings.REASSERT_SOURCE,
  newId: () => crypto.randomUUID(),
  now: Date.now,
  log: {
    reassertion: ({ why, ...record }) =>
      logger.info('reassertion', { ...redacted(record), ...(why !== undefined && { why: redact(why) }) }),
    trouble,
  },
}
const answer = createReassert(world)
const drift: DriftWorld | undefined =
  sweepTable === undefined
    ? undefined
    : {
        ...world,
        ...createWithdrawn(kinds, readCatalogue(catalogue)),
        scopes: readScopes(guards),
        readings: createLedger(sweepTable, dynamodb),
        claims: createLedger(sweepTable, dynamodb),
      }

/** The time at the end of an invocation in which nothing is begun, in milliseconds. */
const closingMs = 10_000

/** The event of the schedule. A request of the function URL is never one. */
export interface ScheduledReassert {
  readonly action: 'reassert'
}

/**
 * The reassert function: sends re-assertions for who calls its function URL (`AWS_IAM`, payload format 2.0), and on a schedule for the scopes
 * that say so.
 */
export const handler = async (
  event: APIGatewayProxyEventV2 | ScheduledReassert,
  context: Context,
): Promise<UrlReply | DriftAnswer> => {
  logger.appendKeys({ requestId: context.awsRequestId })
  if (!('action' in event)) return answer(event, context.awsRequestId)
  return drift
    ? reassertDrift(drift, Date.now() + context.getRemainingTimeInMillis() - closingMs)
    : { found: 0, sent: 0 }
}
