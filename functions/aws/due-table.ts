import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb'
import { type DueItem, dueKeysUntil } from '../core/due/due-item.ts'
import { forEachOf } from '../core/for-each-of.ts'
import type { DueStore } from '../core/ports.ts'
import type { DueCipher } from './due-cipher.ts'
import type { DynamoDbBatches } from './dynamodb-items.ts'
import { conflictOf } from './ledger-table.ts'

/** The key of a due item. */
export type DueKey = Pick<DueItem, 'shard' | 'due'>

/** The table of due items with its reads and deletions, for the function `due`. */
export interface DueTable extends DueStore {
  /**
   * The items of a shard that are due at `until` (milliseconds since 1970) or before, by their instant, page by page. `unreadable` is told of
   * each that no key opens: it stays, and is left out.
   */
  readonly dueUntil: (
    shard: string,
    until: number,
    unreadable: (key: DueKey, error: unknown) => void,
  ) => AsyncGenerator<readonly DueItem[]>
  /** Deletes items. What DynamoDB leaves is still due, and is sent again. */
  readonly remove: (keys: readonly DueKey[]) => Promise<void>
}

/** How an item is stored: the body of an event that names a person is encrypted. */
type StoredItem = Omit<DueItem, 'body'> & ({ readonly body: string } | { readonly sealed: string })

/** DynamoDB's limit of items in one BatchWriteItem, and how many requests run side by side. */
const mostOfABatch = 25
const parallel = 10

/** Due items in a DynamoDB table with the keys `shard` and `due`. */
export function createDueTable(
  TableName: string,
  items: Pick<DynamoDbBatches, 'put' | 'query' | 'batchWrite'>,
  { seal, open }: DueCipher,
): DueTable {
  const nameOf = ({ shard, due }: DueKey) => `${shard}/${due}`
  const sealedItem = async (item: DueItem): Promise<StoredItem> => {
    if (item.member !== undefined) return item
    const { body, ...others } = item
    return { ...others, sealed: await seal(body, nameOf(item)) }
  }
  const openedItem = async (stored: StoredItem): Promise<DueItem> => {
    if ('body' in stored) return stored
    const { sealed, ...others } = stored
    return { ...others, body: await open(sealed, nameOf(stored)) }
  }

  return {
    put: all =>
      forEachOf(all, parallel, async item => {
        const Item = marshall(await sealedItem(item), { removeUndefinedValues: true })
        try {
          await items.put({ TableName, Item, ConditionExpression: 'attribute_not_exists(due)' })
        } catch (error) {
          if (!conflictOf(error)) throw error
        }
      }),
    dueUntil: async function* (shard, until, unreadable) {
      let from: Record<string, AttributeValue> | undefined
      do {
        const { Items = [], LastEvaluatedKey } = await items.query({
          ...{ TableName, ConsistentRead: true, KeyConditionExpression: '#shard = :shard AND due < :end' },
          // `shard` alone is a reserved word of DynamoDB.
          ExpressionAttributeNames: { '#shard': 'shard' },
          ExpressionAttributeValues: { ':shard': { S: shard }, ':end': { S: dueKeysUntil(until) } },
          ...(from && { ExclusiveStartKey: from }),
        })
        const page: DueItem[] = []
        for (const item of Items) {
          const stored = unmarshall(item) as StoredItem
          await openedItem(stored).then(
            found => page.push(found),
            error => unreadable({ shard: stored.shard, due: stored.due }, error),
          )
        }
        yield page
        from = LastEvaluatedKey
      } while (from)
    },
    remove: keys => {
      const batches = Array.from({ length: Math.ceil(keys.length / mostOfABatch) }, (_, n) =>
        keys.slice(n * mostOfABatch, (n + 1) * mostOfABatch),
      )
      return forEachOf(batches, parallel, async batch => {
        const requests = batch.map(({ shard, due }) => ({ DeleteRequest: { Key: marshall({ shard, due }) } }))
        await items.batchWrite({ RequestItems: { [TableName]: requests } })
      })
    },
  }
}
