import { IdempotencyConfig, makeIdempotent } from '@aws-lambda-powertools/idempotency'
import { DynamoDBPersistenceLayer } from '@aws-lambda-powertools/idempotency/dynamodb'
import type { Context, SQSEvent } from 'aws-lambda'
import { batchWith, send } from './powertools.ts'

/** Powertools' batch processor with its idempotency, by message id, as its documentation puts the two together. */

const config = new IdempotencyConfig({ eventKeyJmesPath: 'messageId' })
const persistenceStore = new DynamoDBPersistenceLayer({ tableName: process.env.IDEMPOTENCY_TABLE as string })
const batch = batchWith(makeIdempotent(send, { config, persistenceStore }))

export const handler = (event: SQSEvent, context: Context) => {
  config.registerLambdaContext(context)
  return batch(event, context)
}
