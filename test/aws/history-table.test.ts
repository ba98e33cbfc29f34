import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createHistory } from '../../functions/aws/history-table.ts'
import { type HistoryItem, proofItem } from '../../functions/core/history/history-item.ts'
import { historyIndices } from '../../functions/core/resource-names.ts'
import { startDynamoDb } from '../../infra/local/engines/embedded-engines.ts'
import { batchesOf, dynamoDbAt } from '../support/aws.ts'
import { appliedOf } from '../support/entries.ts'
import { createHistoryTable } from '../support/history.ts'

const itemOf = (n: number, member = 'wacht/1/2'): HistoryItem => proofItem(member, appliedOf(n), text => text)

describe('in DynamoDB', () => {
  const running = new AsyncDisposableStack()
  let client: ReturnType<typeof dynamoDbAt>
  let history: ReturnType<typeof createHistory>
  beforeAll(async () => {
    const engine = running.adopt(await startDynamoDb({ port: 0 }), started => started.stop())
    client = running.adopt(dynamoDbAt(engine.url), made => made.destroy())
    await createHistoryTable(client, 'history')
    history = createHistory('history', batchesOf(client))
  })
  afterAll(() => running.disposeAsync())

  const found = async (key: string, value: string, IndexName?: string) => {
    const query = new QueryCommand({
      ...{ TableName: 'history', IndexName, KeyConditionExpression: '#key = :value' },
      ...{ ExpressionAttributeNames: { '#key': key }, ExpressionAttributeValues: { ':value': value } },
    })
    return (await DynamoDBDocumentClient.from(client).send(query)).Items
  }

  test('any number of items is written, each once, and is found by member, event and scope', async () => {
    const items = Array.from({ length: 20 }, (_, n) => itemOf(n))
    expect(await history.put([...items, itemOf(3)])).toEqual([])
    expect(await found('member', 'wacht/1/2')).toEqual(items)
    expect(await found(historyIndices.byEvent.key, 's/e7', historyIndices.byEvent.name)).toMatchObject([
      { event: 'e7', outcome: 'applied' },
    ])
    expect(await found(historyIndices.byScope.key, 'wacht/1', historyIndices.byScope.name)).toHaveLength(20)
  })
  test('an item that is put if it is absent leaves the one that is there', async () => {
    const item = itemOf(1, 'wacht/2/2')
    await history.putIfAbsent(item)
    await history.putIfAbsent({ ...item, receives: 9 })
    expect(await found('member', 'wacht/2/2')).toEqual([item])
  })
})

describe('what DynamoDB leaves unprocessed', () => {
  const table = (leaves: (tries: number, size: number) => number) => {
    const sizes: number[] = []
    const waits: number[] = []
    const batchWrite = async ({ RequestItems = {} }) => {
      const requests = (RequestItems as Record<string, object[]>).history ?? []
      sizes.push(requests.length)
      const left = requests.slice(requests.length - leaves(sizes.length, requests.length))
      return { UnprocessedItems: left.length > 0 ? { history: left } : {} } as never
    }
    const put = () => Promise.reject(new Error('throttled'))
    return {
      sizes,
      waits,
      history: createHistory('history', { batchWrite, put }, async ms => waits.push(ms)),
    }
  }
  test('is sent again after a pause', async () => {
    const { sizes, waits, history } = table(tries => 2 - tries)
    expect(await history.put([itemOf(1), itemOf(2), itemOf(3)])).toEqual([])
    expect({ sizes, waits }).toEqual({ sizes: [3, 1], waits: [100] })
  })
  test('is told after three tries', async () => {
    const { sizes, waits, history } = table(() => 1)
    expect(await history.put([itemOf(1), itemOf(2)])).toEqual([itemOf(2)])
    expect({ sizes, waits }).toEqual({ sizes: [2, 1, 1], waits: [100, 200] })
  })
  test('an error is told, and no item needs no call', async () => {
    const { sizes, history } = table(() => 0)
    await expect(history.putIfAbsent(itemOf(1))).rejects.toThrow('throttled')
    expect(await history.put([])).toEqual([])
    expect(sizes).toEqual([])
  })
})
