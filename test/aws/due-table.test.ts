import { QueryCommand } from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createDueCipher } from '../../functions/aws/due-cipher.ts'
import { createDueTable, type DueKey, type DueTable } from '../../functions/aws/due-table.ts'
import { createDynamoDbItems } from '../../functions/aws/dynamodb-items.ts'
import { sha256 } from '../../functions/aws/sha256.ts'
import { type DueFacts, type DueItem, dueItemOf, dueShards } from '../../functions/core/due/due-item.ts'
import { dueIndex } from '../../functions/core/resource-names.ts'
import { startDynamoDb } from '../../infra/local/engines/embedded-engines.ts'
import { dynamoDbAt, localEnvironment } from '../support/aws.ts'
import { createDueItemsTable } from '../support/due.ts'
import { versionOf } from '../support/entries.ts'

const newYear = Date.parse('2027-01-01T00:00:00Z')
const itemOf = (n: number, changes: Partial<DueFacts> = {}): DueItem =>
  dueItemOf(
    {
      ...{ at: newYear, half: 'begin', body: `{"n":${n}}` },
      version: versionOf(n),
      member: `wacht/1/${n}`,
      ...changes,
    },
    sha256,
  )
const cipherOf = (token: string) => {
  const read = async () => JSON.stringify({ token })
  return createDueCipher(
    read,
    read,
    () => 0,
    () => {},
  )
}
const failed = (): never => {
  throw new Error('not readable')
}

describe('due items in DynamoDB', () => {
  const running = new AsyncDisposableStack()
  let client: ReturnType<typeof dynamoDbAt>
  let table: DueTable
  let otherKey: DueTable
  beforeAll(async () => {
    const engine = running.adopt(await startDynamoDb({ port: 0 }), started => started.stop())
    client = running.adopt(dynamoDbAt(engine.url), made => made.destroy())
    await createDueItemsTable(client, 'due')
    const items = createDynamoDbItems({ env: { ...localEnvironment, AWS_ENDPOINT_URL_DYNAMODB: engine.url } })
    table = createDueTable('due', items, cipherOf('one'))
    otherKey = createDueTable('due', items, cipherOf('two'))
  })
  afterAll(() => running.disposeAsync())

  const dueAt = async (until: number, from = table, unreadable: (key: DueKey) => void = failed) => {
    const found: DueItem[] = []
    for (const shard of dueShards)
      for await (const page of from.dueUntil(shard, until, unreadable)) found.push(...page)
    return found.toSorted((a, b) => (a.due < b.due ? -1 : 1))
  }
  const plain = (items: readonly DueItem[]) => JSON.parse(JSON.stringify(items))
  const stored = async ({ shard, due }: DueKey) => {
    const { Items = [] } = await client.send(
      new QueryCommand({
        ...{ TableName: 'due', KeyConditionExpression: '#shard = :shard AND due = :due' },
        ExpressionAttributeNames: { '#shard': 'shard' },
        ExpressionAttributeValues: { ':shard': { S: shard }, ':due': { S: due } },
      }),
    )
    return Items.map(item => unmarshall(item))
  }

  test('are found from their instant on, until they are removed', async () => {
    const items = Array.from({ length: 60 }, (_, n) => itemOf(n, { at: newYear + n }))
    await table.put(items)
    expect(await dueAt(newYear - 1)).toEqual([])
    expect(await dueAt(newYear + 29)).toEqual(plain(items.slice(0, 30)))
    for (const from of [0, 25]) await table.remove(items.slice(from, from + 25))
    expect(await dueAt(newYear + 59)).toEqual(plain(items.slice(50)))
    await table.remove(items.slice(50))
    expect(await dueAt(newYear + 59)).toEqual([])
  })
  test('are counted as they are found, also those that no key opens', async () => {
    const items = Array.from({ length: 20 }, (_, n) => itemOf(n, { at: newYear + n, member: null }))
    await table.put(items)
    const counts = await Promise.all(dueShards.map(shard => otherKey.countUntil(shard, newYear + 14)))
    expect(counts.reduce((sum, count) => sum + count)).toBe(15)
    await table.remove(items)
  })
  test('are never changed: a repeat leaves the first', async () => {
    const item = itemOf(1, { withdraws: true, role: 'employee' })
    await table.put([item])
    await table.put([{ ...item, body: '{"n":"again"}' }])
    expect(await dueAt(newYear)).toEqual(plain([item]))
    await table.remove([item])
  })
  test('are found by scope and member', async () => {
    const items = [itemOf(1), itemOf(1, { half: 'end', at: newYear + 1 }), itemOf(2)]
    await table.put(items)
    const { Items = [] } = await client.send(
      new QueryCommand({
        ...{ TableName: 'due', IndexName: dueIndex.name },
        KeyConditionExpression: '#scope = :scope AND begins_with(#member, :member)',
        ExpressionAttributeNames: { '#scope': dueIndex.key, '#member': dueIndex.sortKey },
        ExpressionAttributeValues: { ':scope': { S: 'wacht/1' }, ':member': { S: 'wacht/1/1/' } },
      }),
    )
    expect(Items.map(item => unmarshall(item))).toEqual(plain(items.slice(0, 2)))
    await table.remove(items)
  })
  test('of a person are stored without the person, and found as they were put', async () => {
    const body = '{"data":{"person":{"email":"ada@example.com"}}}'
    const item = itemOf(1, { member: null, body })
    await table.put([item])
    expect(JSON.stringify(await stored(item))).not.toContain('ada')
    expect(await dueAt(newYear)).toEqual(plain([item]))
    await table.remove([item])
  })
  test('of a person that no key opens are told and stay, and keep no other item back', async () => {
    const [sealed, open] = [itemOf(1, { member: null }), itemOf(2)]
    await table.put([sealed, open])
    const unreadable: DueKey[] = []
    expect(await dueAt(newYear, otherKey, key => unreadable.push(key))).toEqual(plain([open]))
    expect(unreadable).toMatchObject([{ shard: sealed.shard, due: sealed.due, at: newYear }])
    expect(await stored(sealed)).toHaveLength(1)
    await table.remove([sealed, open])
  })
})

test('a reading is strongly consistent, and goes through all pages; so does a count, which need not be', async () => {
  const asked: unknown[] = []
  let select: unknown
  const { dueUntil, countUntil } = createDueTable(
    'due',
    {
      query: async ({ ConsistentRead, Select, ExclusiveStartKey }) => {
        expect(ConsistentRead).toBe(select ? undefined : true)
        expect(Select).toBe(select)
        asked.push(ExclusiveStartKey)
        const page = { Items: [{ body: { S: String(asked.length) } }], Count: asked.length }
        return asked.length < 3 ? { ...page, LastEvaluatedKey: { n: { N: String(asked.length) } } } : page
      },
      ...{ put: failed, batchWrite: failed },
    },
    cipherOf('one'),
  )
  const bodies: string[] = []
  for await (const page of dueUntil('3', 0, failed)) bodies.push(...page.map(({ body }) => body))
  expect(bodies).toEqual(['1', '2', '3'])
  expect(asked.splice(0)).toEqual([undefined, { n: { N: '1' } }, { n: { N: '2' } }])
  select = 'COUNT'
  expect(await countUntil('3', 0)).toBe(1 + 2 + 3)
})

test('a failure is no answer', async () => {
  const down = async () => failed()
  const table = createDueTable('due', { put: down, query: down, batchWrite: down }, cipherOf('one'))
  await expect(table.put([itemOf(1)])).rejects.toThrow('not readable')
  await expect(table.dueUntil('0', 0, failed).next()).rejects.toThrow('not readable')
  await expect(table.countUntil('0', 0)).rejects.toThrow('not readable')
  await expect(table.remove([itemOf(1)])).rejects.toThrow('not readable')
})
