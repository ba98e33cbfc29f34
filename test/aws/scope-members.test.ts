import type { BatchGetItemCommandInput, QueryCommandInput } from '@aws-sdk/client-dynamodb'
import { marshall } from '@aws-sdk/util-dynamodb'
import { expect, test } from '@jest/globals'
import type { DynamoDbReads } from '../../functions/aws/dynamodb-items.ts'
import { createScopeMembers, readScopes, withoutScope } from '../../functions/aws/scope-members.ts'
import { entryOf } from '../support/entries.ts'
import { collect } from '../support/iterate.ts'

type Got = Awaited<ReturnType<DynamoDbReads['batchGet']>>
type Queried = Awaited<ReturnType<DynamoDbReads['query']>>

/** The table `t`, whose calls answer these one after the other. */
function ledger(answers: readonly (Got | Queried)[]) {
  const calls: (BatchGetItemCommandInput | QueryCommandInput)[] = []
  const waits: number[] = []
  const answer = async (input: BatchGetItemCommandInput | QueryCommandInput) => {
    calls.push(input)
    return answers[Math.min(calls.length, answers.length) - 1] as Got & Queried
  }
  const wait = async (ms: number) => void waits.push(ms)
  return { ...createScopeMembers('t', { batchGet: answer, query: answer }, wait), calls, waits }
}

const keysOf = (...members: readonly string[]) => members.map(member => ({ member: { S: member } }))
const asked = (...members: readonly string[]) => ({
  RequestItems: { t: { Keys: keysOf(...members), ConsistentRead: true } },
})
const stored = (member: string) => marshall(entryOf({ member }))

test('entries are read strongly in one call, and a member without one is left out', async () => {
  const { entries, calls, waits } = ledger([{ Responses: { t: [stored('wacht/1/2')] } }])
  expect(await entries(['wacht/1/2', 'wacht/1/3'])).toEqual(
    new Map([['wacht/1/2', entryOf({ member: 'wacht/1/2' })]]),
  )
  expect({ calls, waits }).toEqual({ calls: [asked('wacht/1/2', 'wacht/1/3')], waits: [] })
})

test('a hundred entries are read with one call: DynamoDB takes no more', async () => {
  const { entries, calls, waits } = ledger([{ Responses: {} }])
  const members = Array.from({ length: 101 }, (_, n) => `wacht/1/${n}`)
  await entries(members)
  expect({ calls, waits }).toEqual({
    calls: [asked(...members.slice(0, 100)), asked(...members.slice(100))],
    waits: [],
  })
})

test('no member costs no call', async () => {
  const { entries, calls } = ledger([])
  expect(await entries([])).toEqual(new Map())
  expect(calls).toEqual([])
})

test('what DynamoDB leaves unprocessed is asked for again, after longer and longer waits', async () => {
  const left = { UnprocessedKeys: { t: { Keys: keysOf('wacht/1/3') } } }
  const { entries, calls, waits } = ledger([
    { Responses: { t: [stored('wacht/1/2')] }, ...left },
    left,
    { Responses: { t: [stored('wacht/1/3')] }, UnprocessedKeys: {} },
  ])
  expect([...(await entries(['wacht/1/2', 'wacht/1/3'])).keys()]).toEqual(['wacht/1/2', 'wacht/1/3'])
  expect(calls.slice(1)).toEqual([asked('wacht/1/3'), asked('wacht/1/3')])
  expect(waits).toEqual([50, 100])
})

test('entries that stay unprocessed reject, for a member without an entry looks like one that no event named', async () => {
  const { entries, calls } = ledger([{ UnprocessedKeys: { t: { Keys: keysOf('wacht/1/2') } } }])
  await expect(entries(['wacht/1/2'])).rejects.toThrow('DynamoDB leaves entries of the ledger unread')
  expect(calls).toHaveLength(8)
})

test('the members of a scope come page by page from the index', async () => {
  const next = { member: { S: 'wacht/1/3' } }
  const { membersOf, calls } = ledger([
    { Items: keysOf('wacht/1/2', 'wacht/1/3'), LastEvaluatedKey: next },
    {},
    { Items: keysOf('never') },
  ])
  expect(await collect(membersOf('wacht/1'))).toEqual(['wacht/1/2', 'wacht/1/3'])
  const query = {
    ...{ TableName: 't', IndexName: 'by-scope', KeyConditionExpression: '#scope = :scope' },
    ExpressionAttributeNames: { '#scope': 'scope' },
    ExpressionAttributeValues: { ':scope': { S: 'wacht/1' } },
  }
  expect(calls).toEqual([query, { ...query, ExclusiveStartKey: next }])
})

test('the scopes come page by page from the whole index, each once', async () => {
  const calls: unknown[] = []
  const next = { member: { S: 'wacht/1/3' } }
  const pages = [
    { Items: [{ scope: { S: 'wacht/1' } }, { scope: { S: 'wacht/1' } }], LastEvaluatedKey: next },
    { Items: [{ scope: { S: 'project/2' } }] },
  ]
  const scan: DynamoDbReads['scan'] = async input => {
    calls.push(input)
    return pages[calls.length - 1]!
  }
  expect([...(await readScopes('t', { scan }))]).toEqual(['wacht/1', 'project/2'])
  const asked = { TableName: 't', IndexName: 'by-scope' }
  expect(calls).toEqual([asked, { ...asked, ExclusiveStartKey: next }])
})

test('the members without a scope are those of entries alone, from the whole table', async () => {
  const calls: unknown[] = []
  const keys = ['wacht/1/2', 'burst/x', 'message/m', 'person/k/wacht/1']
  const scan: DynamoDbReads['scan'] = async input => {
    calls.push(input)
    return { Items: keysOf(...keys) }
  }
  expect(await collect(withoutScope('t', { scan }))).toEqual(['wacht/1/2'])
  expect(calls).toMatchObject([{ TableName: 't', FilterExpression: 'attribute_not_exists(#scope)' }])
  expect(calls[0]).not.toHaveProperty('IndexName')
})
