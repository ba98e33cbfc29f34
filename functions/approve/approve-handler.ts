import type { APIGatewayProxyEventV2, Context } from 'aws-lambda'
import { createApprovals } from '../aws/approvals-table.ts'
import { createDynamoDbItems } from '../aws/dynamodb-items.ts'
import { createLogger } from '../aws/logger.ts'
import { sha256 } from '../aws/sha256.ts'
import { redact, redacted, redactedError } from '../core/redact.ts'
import { createApprove } from './approve-changes.ts'
import { readSettings } from './approve-settings.ts'

const settings = readSettings(process.env)
const logger = createLogger()

const answer = createApprove({
  put: createApprovals(settings.APPROVALS_TABLE, createDynamoDbItems()).put,
  needed: settings.APPROVALS_NEEDED,
  hash: sha256,
  now: Date.now,
  log: {
    approval: record => logger.info('approval', { ...redacted(record), why: redact(record.why) }),
    trouble: (what, error) => logger.error(what, redactedError(error)),
  },
})

/** The approve function: writes the approvals of who calls its function URL (`AWS_IAM`, payload format 2.0). */
export const handler = async (event: APIGatewayProxyEventV2, context: Context) => {
  logger.appendKeys({ requestId: context.awsRequestId })
  return answer(event, context.awsRequestId)
}
