import type { APIGatewayProxyEventV2, Context } from 'aws-lambda'
import { createDynamoDbItems } from '../aws/dynamodb-items.ts'
import { createLedger } from '../aws/ledger-table.ts'
import { createLogger } from '../aws/logger.ts'
import { createQueues } from '../aws/queues.ts'
import { createReassertKey } from '../aws/reassert-key.ts'
import { secretReader } from '../aws/target-credentials.ts'
import { redact, redacted, redactedError } from '../core/redact.ts'
import { readSettings } from './reassert-settings.ts'
import { createReassert } from './send-reassertions.ts'

const settings = readSettings(process.env)
const logger = createLogger()
const trouble = (what: string, error: unknown) => logger.error(what, redactedError(error))
const { signer } = createReassertKey(secretReader(settings.REASSERT_SECRET_ARN), Date.now, trouble)

const answer = createReassert({
  read: createLedger(settings.LEDGER_TABLE, createDynamoDbItems()).read,
  // It sends no dead letters.
  enqueue: createQueues(settings.CHANGES_QUEUE_URL, settings.CHANGES_QUEUE_URL).enqueue,
  sign: signer,
  source: settings.REASSERT_SOURCE,
  newId: () => crypto.randomUUID(),
  now: Date.now,
  log: {
    reassertion: record => logger.info('reassertion', { ...redacted(record), why: redact(record.why) }),
    trouble,
  },
})

/** The reassert function: sends re-assertions for who calls its function URL (`AWS_IAM`, payload format 2.0). */
export const handler = async (event: APIGatewayProxyEventV2, context: Context) => {
  logger.appendKeys({ requestId: context.awsRequestId })
  return answer(event, context.awsRequestId)
}
