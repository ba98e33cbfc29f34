import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb'
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb'
import type { Entry } from '../core/ledger/ledger-entry.ts'
import type { LedgerStore } from '../core/ports.ts'
import { clientOptions } from './client-options.ts'

/** The DynamoDB client for the ledger's table. */
export const ledgerClient = (): DynamoDBClient => new DynamoDBClient(clientOptions)

/** The ledger in a DynamoDB table with the key `member`: one item for each entry. */
export function createLedger(TableName: string, client = ledgerClient()): LedgerStore {
  return {
    read: async member => {
      const Key = { member: { S: member } }
      const { Item } = await client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }))
      return Item && (unmarshall(Item) as Entry)
    },
    write: async entry => {
      try {
        const Item = marshall(entry, { removeUndefinedValues: true })
        await client.send(new PutItemCommand({ TableName, Item, ...onlyAfter(entry.rev) }))
        return 'stored'
      } catch (error) {
        if (!isConflict(error)) throw error
        return { conflict: error.Item && (unmarshall(error.Item) as Entry) }
      }
    },
  }
}

/** The condition of a write: the stored item has the previous revision or, for revision 1, does not exist. */
export const onlyAfter = (rev: number) => ({
  ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  ...(rev === 1
    ? {
        ConditionExpression: 'attribute_not_exists(#member)',
        ExpressionAttributeNames: { '#member': 'member' },
      }
    : {
        ConditionExpression: '#rev = :before',
        ExpressionAttributeNames: { '#rev': 'rev' },
        ExpressionAttributeValues: { ':before': { N: String(rev - 1) } },
      }),
})

/** Whether the condition of the write failed. */
export const isConflict = (error: unknown): error is ConditionalCheckFailedException =>
  (error as Error).name === ConditionalCheckFailedException.name
