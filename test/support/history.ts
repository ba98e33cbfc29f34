import { setImmediate } from 'node:timers/promises'
import {
  CreateTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  type KeySchemaElement,
  type TableDescription,
} from '@aws-sdk/client-dynamodb'
import type { HistoryItem } from '../../functions/core/history/history-item.ts'
import type { HistoryStore } from '../../functions/core/ports.ts'
import { historyIndices } from '../../functions/core/resource-names.ts'

/** Creates a history's table with its indices; resolves when it takes items. */
export async function createHistoryTable(client: DynamoDBClient, TableName: string): Promise<void> {
  const { byEvent, byScope } = historyIndices
  const key = (hash: string, range?: string): KeySchemaElement[] => [
    { AttributeName: hash, KeyType: 'HASH' },
    ...(range === undefined ? [] : [{ AttributeName: range, KeyType: 'RANGE' as const }]),
  ]
  const index = (IndexName: string, KeySchema: KeySchemaElement[], fields: readonly string[]) => ({
    ...{
      IndexName,
      KeySchema,
      Projection: { ProjectionType: 'INCLUDE' as const, NonKeyAttributes: [...fields] },
    },
  })
  const names = ['member', 'version', byEvent.key, byScope.key, byScope.sortKey]
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: key('member', 'version'),
      AttributeDefinitions: names.map(AttributeName => ({ AttributeName, AttributeType: 'S' })),
      GlobalSecondaryIndexes: [
        index(byEvent.name, key(byEvent.key), byEvent.fields),
        index(byScope.name, key(byScope.key, byScope.sortKey), byScope.fields),
      ],
    }),
  )
  const table = async () => (await client.send(new DescribeTableCommand({ TableName }))).Table
  const isReady = (of: TableDescription | undefined) =>
    of?.TableStatus === 'ACTIVE' && of.GlobalSecondaryIndexes?.every(one => one.IndexStatus === 'ACTIVE')
  while (!isReady(await table())) await setImmediate()
}

/** A history in memory that records its calls. `refuses` names the calls that fail; `takes` is how many items a put takes. */
export function fakeHistory() {
  const items = new Map<string, HistoryItem>()
  const state = {
    items,
    calls: [] as string[],
    refuses: new Set<keyof HistoryStore>(),
    takes: Number.POSITIVE_INFINITY,
  }
  const called = async (method: keyof HistoryStore, what: readonly HistoryItem[]) => {
    state.calls.push(`${method} ${what.map(({ event, outcome }) => `${event} ${outcome}`).join(', ')}`)
    if (state.refuses.has(method)) throw new Error('the history is not there')
  }
  const keyOf = ({ member, version }: HistoryItem) => `${member} ${version}`
  const store: HistoryStore = {
    put: async all => {
      await called('put', all)
      for (const item of all.slice(0, state.takes)) items.set(keyOf(item), item)
      return all.slice(state.takes)
    },
    putIfAbsent: async item => {
      await called('putIfAbsent', [item])
      if (!items.has(keyOf(item))) items.set(keyOf(item), item)
    },
  }
  return { state, store }
}
