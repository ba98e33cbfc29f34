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

/** The way to the ledger's table, for all that is kept there. */
export const ledgerClient = (): DynamoDBClient => new DynamoDBClient(clientOptions)

/** The ledger in a DynamoDB table whose key is `member`: one item per entry. */
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

/** The condition of a write: the stored item has the revision before this one, or is not there for revision 1. */
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

/** Whether another write was first. */
export const isConflict = (error: unknown): error is ConditionalCheckFailedException =>
  (error as Error).name === ConditionalCheckFailedException.name
