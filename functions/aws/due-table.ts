import type { AttributeValue, QueryCommandInput } from '@aws-sdk/client-dynamodb'
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb'
import { type DueItem, dueKeysUntil } from '../core/due/due-item.ts'
import { forEachOf } from '../core/for-each-of.ts'
import type { DueStore } from '../core/ports.ts'
import type { DueCipher } from './due-cipher.ts'
import type { DynamoDbBatches } from './dynamodb-items.ts'
import { conflictOf } from './ledger-table.ts'

/** The key of a due item. */
export type DueKey = Pick<DueItem, 'shard' | 'due'>

/** The table of due items with its reads and deletions, for the function `due`. `until`: milliseconds since 1970. */
export interface DueTable extends DueStore {
  /**
   * The items of a shard that are due at `until` or before, by their instant, page by page. `unreadable` is told of each that no key opens: it
   * stays, and is left out.
   */
  readonly dueUntil: (
    shard: string,
    until: number,
    unreadable: (item: DueKey & Pick<DueItem, 'at'>, error: unknown) => void,
  ) => AsyncGenerator<readonly DueItem[]>
  /** How many items of a shard are due at `until` or before. */
  readonly countUntil: (shard: string, until: number) => Promise<number>
  /** Deletes up to 25 items. What DynamoDB leaves is still due, and is sent again. */
  readonly remove: (keys: readonly DueKey[]) => Promise<void>
}

/** How an item is stored: the body of an event that names a person is encrypted. */
type StoredItem = Omit<DueItem, 'body'> & ({ readonly body: string } | { readonly sealed: string })

/** How many items are put at once. */
const parallel = 10

/** The most items of a page: it is read in a moment, so that other answers do not wait too long. */
const pageItems = 250

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
  async function* pagesUntil(
    shard: string,
    until: number,
    how: Pick<QueryCommandInput, 'ConsistentRead' | 'Limit' | 'Select'>,
  ) {
    let from: Record<string, AttributeValue> | undefined
    do {
      const page = await items.query({
        ...{ TableName, ...how, KeyConditionExpression: '#shard = :shard AND due < :end' },
        // `shard` alone is a reserved word of DynamoDB.
        ExpressionAttributeNames: { '#shard': 'shard' },
        ExpressionAttributeValues: { ':shard': { S: shard }, ':end': { S: dueKeysUntil(until) } },
        ...(from && { ExclusiveStartKey: from }),
      })
      yield page
      from = page.LastEvaluatedKey
    } while (from)
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
      for await (const { Items = [] } of pagesUntil(shard, until, {
        ConsistentRead: true,
        Limit: pageItems,
      })) {
        const page: DueItem[] = []
        for (const item of Items) {
          const stored = unmarshall(item) as StoredItem
          await openedItem(stored).then(
            found => page.push(found),
            error => unreadable(stored, error),
          )
        }
        yield page
      }
    },
    countUntil: async (shard, until) => {
      let sum = 0
      for await (const { Count = 0 } of pagesUntil(shard, until, { Select: 'COUNT' })) sum += Count
      return sum
    },
    remove: async keys => {
      const requests = keys.map(({ shard, due }) => ({ DeleteRequest: { Key: marshall({ shard, due }) } }))
      await items.batchWrite({ RequestItems: { [TableName]: requests } })
    },
  }
}
