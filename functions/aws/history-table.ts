import { setTimeout } from 'node:timers/promises'
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { marshall } from '@aws-sdk/util-dynamodb'
import type { HistoryItem } from '../core/history/history-item.ts'
import type { HistoryStore } from '../core/ports.ts'
import type { DynamoDbBatches } from './dynamodb-items.ts'
import { conflictOf, onlyAfter } from './ledger-table.ts'

/** How often unprocessed items are sent, the first time included. */
const mostTries = 3

/** The wait before unprocessed items are sent again, in milliseconds. */
const pauseMs = 100

/** The history in a DynamoDB table with the keys `member` and `version`. A batch of messages has at most 20 proofs; DynamoDB takes 25. */
export function createHistory(
  TableName: string,
  items: Pick<DynamoDbBatches, 'batchWrite' | 'put'>,
  wait: (ms: number) => Promise<unknown> = setTimeout,
): HistoryStore {
  const requestOf = (item: HistoryItem) => ({
    PutRequest: { Item: marshall(item, { removeUndefinedValues: true }) },
  })
  const keyOf = ({ member, version }: Record<string, AttributeValue>) => `${member?.S} ${version?.S}`

  return {
    put: async all => {
      const byKey = new Map(all.map(item => [`${item.member} ${item.version}`, item]))
      let left = [...byKey.values()].map(requestOf)
      for (let tries = 0; left.length > 0 && tries < mostTries; tries++) {
        if (tries > 0) await wait(pauseMs * tries)
        const { UnprocessedItems } = await items.batchWrite({ RequestItems: { [TableName]: left } })
        left = (UnprocessedItems?.[TableName] ?? []) as typeof left
      }
      const missing = new Set(left.map(({ PutRequest }) => keyOf(PutRequest.Item)))
      return all.filter(({ member, version }) => missing.has(`${member} ${version}`))
    },
    putIfAbsent: async item => {
      try {
        await items.put({ TableName, Item: marshall(item, { removeUndefinedValues: true }), ...onlyAfter(1) })
      } catch (error) {
        if (!conflictOf(error)) throw error
      }
    },
  }
}
