import type { AttributeValue, ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb'
import type { Entry } from '../core/ledger/ledger-entry.ts'
import { scopeOf } from '../core/people/person-event.ts'
import type { LedgerStore, Stepped } from '../core/ports.ts'
import { ledgerIndex } from '../core/resource-names.ts'
import { AwsError } from './aws-json.ts'
import type { DynamoDbItems } from './dynamodb-items.ts'

/**
 * Items that are changed in steps, in a DynamoDB table with the key `member`: the ledger's entries and bursts, or what the sweep keeps. An
 * entry has its scope too, for the index by scope.
 */
export function createLedger<Item extends Stepped = Entry>(
  TableName: string,
  items: DynamoDbItems,
): LedgerStore<Item> {
  return {
    read: async member => {
      const Key = { member: { S: member } }
      const { Item } = await items.get({ TableName, Key, ConsistentRead: true })
      return Item && entryOfItem<Item>(Item)
    },
    write: async entry => {
      try {
        const Item = marshall(
          { ...entry, ...(hasScope(entry.member) && { [ledgerIndex.key]: scopeOf(entry.member) }) },
          { removeUndefinedValues: true },
        )
        await items.put({ TableName, Item, ...onlyAfter(entry.rev) })
        return 'stored'
      } catch (error) {
        const conflict = conflictOf(error)
        if (!conflict) throw error
        return { conflict: conflict.Item && entryOfItem<Item>(conflict.Item) }
      }
    },
  }
}

/** An item without the key of the index: that is for the index alone. */
export function entryOfItem<Item>(stored: Record<string, AttributeValue>): Item {
  const { [ledgerIndex.key]: _, ...entry } = unmarshall(stored)
  return entry as Item
}

/** Whether an item has a scope for the index: it is the entry of a member, and no burst, person or message. */
export const hasScope = (key: string): boolean => key.split('/').length === 3

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

/** The item that is stored instead, as far as DynamoDB tells, if another write was first. Undefined for any other error. */
export function conflictOf(
  error: unknown,
): { readonly Item: Record<string, AttributeValue> | undefined } | undefined {
  if ((error as Error).name !== 'ConditionalCheckFailedException') return undefined
  const { Item } = error instanceof AwsError ? error.answer : (error as ConditionalCheckFailedException)
  return { Item: Item as Record<string, AttributeValue> | undefined }
}
