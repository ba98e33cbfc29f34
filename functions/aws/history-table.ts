import { setTimeout } from 'node:timers/promises'
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { marshall } from '@aws-sdk/util-dynamodb'
import type { HistoryItem } from '../core/history/history-item.ts'
import type { HistoryStore } from '../core/ports.ts'
import type { DynamoDbBatches } from './dynamodb-items.ts'
import { conflictOf, onlyAfter } from './ledger-table.ts'

/** How often unprocessed items are sent, the first time included. */
const mostTries = 3

/** The most items of one `BatchWriteItem`. A batch of messages has at most twenty. */
const mostItems = 25

/** The wait before unprocessed items are sent again, in milliseconds. */
const pauseMs = 100

/** The history in a DynamoDB table with the keys `member` and `version`. */
export function createHistory(
  TableName: string,
  items: Pick<DynamoDbBatches, 'batchWrite' | 'put'>,
  wait: (ms: number) => Promise<unknown> = setTimeout,
): HistoryStore {
  const requestOf = (item: HistoryItem) => ({ PutRequest: { Item: marshall(item) } })
  const keyOf = ({ member, version }: Record<string, AttributeValue>) => `${member?.S} ${version?.S}`

  const putSome = async (some: readonly HistoryItem[]): Promise<HistoryItem[]> => {
    const byKey = new Map(some.map(item => [`${item.member} ${item.version}`, item]))
    let left = [...byKey.values()].map(requestOf)
    for (let tries = 0; left.length > 0 && tries < mostTries; tries++) {
      if (tries > 0) await wait(pauseMs * tries)
      const { UnprocessedItems } = await items.batchWrite({ RequestItems: { [TableName]: left } })
      left = (UnprocessedItems?.[TableName] ?? []) as typeof left
    }
    const missing = new Set(left.map(({ PutRequest }) => keyOf(PutRequest.Item)))
    return some.filter(({ member, version }) => missing.has(`${member} ${version}`))
  }

  return {
    put: async all => {
      const left: HistoryItem[] = []
      for (let from = 0; from < all.length; from += mostItems)
        left.push(...(await putSome(all.slice(from, from + mostItems))))
      return left
    },
    putIfAbsent: async item => {
      try {
        await items.put({ TableName, Item: marshall(item), ...onlyAfter(1) })
      } catch (error) {
        if (!conflictOf(error)) throw error
      }
    },
  }
}
