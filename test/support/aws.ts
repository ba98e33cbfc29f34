import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SQSClient } from '@aws-sdk/client-sqs'

/** What an SDK client needs to reach an engine on this machine, once and without waiting. */
const local = (endpoint: string) => ({
  endpoint,
  region: 'eu-central-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  maxAttempts: 1,
})

export const dynamoDbAt = (url: string): DynamoDBClient => new DynamoDBClient(local(url))
export const sqsAt = (url: string): SQSClient => new SQSClient(local(url))
