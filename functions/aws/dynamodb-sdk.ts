import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import type { DynamoDbItems } from './dynamodb-items.ts'

/** DynamoDB by the SDK's client: for the command line, which takes credentials and region from anywhere. */
export const itemsOf = (client: Pick<DynamoDBClient, 'send'>): DynamoDbItems => ({
  get: input => client.send(new GetItemCommand(input)),
  put: input => client.send(new PutItemCommand(input)),
})
