import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import type { Entry } from '../core/entry.ts'
import type { LedgerStore } from '../core/ports.ts'
import { clientOptions } from './client.ts'

/** The ledger in a DynamoDB table whose key is `member`: one item per entry. */
export function createLedger(table: string, client = new DynamoDBClient(clientOptions)): LedgerStore {
  const documents = DynamoDBDocumentClient.from(client)
  return {
    read: async member => {
      const command = new GetCommand({ TableName: table, Key: { member }, ConsistentRead: true })
      return (await documents.send(command)).Item as Entry | undefined
    },
    write: async entry => {
      try {
        await documents.send(new PutCommand({ TableName: table, Item: entry, ...onlyAfter(entry.rev) }))
        return 'stored'
      } catch (error) {
        if (!isConflict(error)) throw error
        return { conflict: error.Item && (unmarshall(error.Item) as Entry) }
      }
    },
  }
}

/** The compare in compare-and-set: the stored entry must have the revision before this one, or not be there. */
const onlyAfter = (rev: number) => ({
  ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  ...(rev === 1
    ? {
        ConditionExpression: 'attribute_not_exists(#member)',
        ExpressionAttributeNames: { '#member': 'member' },
      }
    : {
        ConditionExpression: '#rev = :before',
        ExpressionAttributeNames: { '#rev': 'rev' },
        ExpressionAttributeValues: { ':before': rev - 1 },
      }),
})

const isConflict = (error: unknown): error is ConditionalCheckFailedException =>
  (error as Error)?.name === ConditionalCheckFailedException.name
