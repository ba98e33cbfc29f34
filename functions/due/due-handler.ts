import type { Context } from 'aws-lambda'
import { createDueCipher } from '../aws/due-cipher.ts'
import { createDueTable } from '../aws/due-table.ts'
import { createDynamoDbItems } from '../aws/dynamodb-items.ts'
import { createMetrics } from '../aws/embedded-metrics.ts'
import { createLogger } from '../aws/logger.ts'
import { createPooledTransport } from '../aws/pooled-transport.ts'
import { createBatchedSender } from '../aws/sqs-send.ts'
import { secretReader } from '../aws/target-credentials.ts'
import { redactedError } from '../core/redact.ts'
import { dueMetrics } from '../core/resource-names.ts'
import { readDueSettings } from './due-settings.ts'
import { createDueRound, type DueAnswer } from './send-due.ts'

const settings = readDueSettings(process.env)
const { CHANGES_QUEUE_URL: queueUrl, DUE_TABLE: tableName, DUE_SECRET_ARN: secretArn } = settings
const logger = createLogger()
const trouble = (what: string, error: unknown) => logger.error(what, redactedError(error))
const { peak, flush } = createMetrics<object, (typeof dueMetrics)[keyof typeof dueMetrics]>(
  logger,
  functionName => ({ function: functionName }),
)
const transport = createPooledTransport()
const cipher = createDueCipher(
  secretReader(secretArn, { transport }),
  secretReader(secretArn, { transport }, 'AWSPREVIOUS'),
  Date.now,
  trouble,
)

const round = createDueRound({
  table: createDueTable(tableName, createDynamoDbItems({ transport }), cipher),
  send: createBatchedSender(queueUrl),
  log: {
    round: answer => {
      logger.info('due', { ...answer })
      peak({}, dueMetrics.late, answer.lateSeconds, 'Seconds')
      if (answer.within24h !== undefined) peak({}, dueMetrics.within24h, answer.within24h)
    },
    trouble,
  },
  now: Date.now,
})

/** The time at the end of an invocation in which nothing is begun, in milliseconds. */
const closingMs = 10_000

/** The due function: puts on the changes queue what is due. It calls no target, and reads no ledger. */
export const handler = async (_: unknown, context: Context): Promise<DueAnswer> => {
  logger.appendKeys({ requestId: context.awsRequestId })
  try {
    return await round(Date.now() + context.getRemainingTimeInMillis() - closingMs)
  } finally {
    flush()
  }
}
