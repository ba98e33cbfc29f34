import {
  BatchWriteItemCommand,
  DynamoDBClient,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { SQSClient } from '@aws-sdk/client-sqs'
import {
  createDynamoDbItems,
  type DynamoDbBatches,
  type DynamoDbItems,
} from '../../functions/aws/dynamodb-items.ts'
import { createPooledTransport } from '../../functions/aws/pooled-transport.ts'
import { itemsOf } from '../../functions/cli/io/ledger-reader.ts'

/** What an SDK client needs to reach an engine on this machine, once and without waiting. */
const local = (endpoint: string) => ({
  endpoint,
  region: 'eu-central-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  maxAttempts: 1,
})

export const dynamoDbAt = (url: string): DynamoDBClient => new DynamoDBClient(local(url))
export const sqsAt = (url: string): SQSClient => new SQSClient(local(url))

/** The environment of a function whose services are engines on this machine. */
export const localEnvironment = {
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
}

const environmentAt = (url: string) => ({ ...localEnvironment, AWS_ENDPOINT_URL_DYNAMODB: url })

/** DynamoDB by the SDK's client, with the write of several items. The functions' own client waits for a second only. */
export const batchesOf = (client: DynamoDBClient): DynamoDbBatches => ({
  ...itemsOf(client),
  batchWrite: input => client.send(new BatchWriteItemCommand(input)),
  query: input => client.send(new QueryCommand(input)),
  update: input => client.send(new UpdateItemCommand(input)),
})

/** The ways to DynamoDB: those of the functions, and the SDK's client, by which it is checked. */
export const waysToDynamoDb: readonly (readonly [string, (url: string) => DynamoDbItems])[] = [
  ['signed requests', url => createDynamoDbItems({ env: environmentAt(url) })],
  [
    'signed requests over a pool',
    url => createDynamoDbItems({ env: environmentAt(url), transport: createPooledTransport() }),
  ],
  ['the SDK', url => itemsOf(dynamoDbAt(url))],
]
