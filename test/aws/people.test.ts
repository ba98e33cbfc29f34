import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createLedger } from '../../functions/aws/ledger.ts'
import { createPersonMemory } from '../../functions/aws/people.ts'
import { isPersonKey } from '../../functions/core/person.ts'
import { type LedgerTable, startLedgerTable } from '../support/ledger-table.ts'

const hour = 3_600_000
let member: string
let table: LedgerTable
let client: DynamoDBClient
let clock = Date.parse('2026-11-23T12:00:00Z')
const memoryOf = (secret = () => Promise.resolve('secret')) =>
  createPersonMemory('ledger', secret, hour, () => clock, client)

beforeAll(async () => {
  table = await startLedgerTable()
  client = table.client
  member = table.member
})
afterAll(() => table.stop())

describe('where a person was found', () => {
  test('is recalled by scope until it expires, and not a second longer', async () => {
    const memory = memoryOf()
    const key = await memory.key('jane@example.com')
    expect(await memory.recall(key, 'wacht/1')).toBeUndefined()
    await memory.remember(key, member)
    expect(await memory.recall(key, 'wacht/1')).toBe(member)
    expect(await memory.recall(key, 'wacht/2')).toBeUndefined()
    clock += hour - 1000
    expect(await memory.recall(key, 'wacht/1')).toBe(member)
    clock += 1000
    expect(await memory.recall(key, 'wacht/1')).toBeUndefined()
  })

  test('is gone when it was forgotten, and can be found again', async () => {
    const memory = memoryOf()
    const key = await memory.key('joe@example.com')
    await memory.remember(key, member)
    await memory.forget(key, member)
    expect(await memory.recall(key, 'wacht/1')).toBeUndefined()
    await memory.remember(key, 'wacht/1/3')
    expect(await memory.recall(key, 'wacht/1')).toBe('wacht/1/3')
  })

  test('lies beside the entries: it touches none, and DynamoDB drops it when it has expired', async () => {
    const memory = memoryOf()
    const key = await memory.key('jim@example.com')
    await memory.remember(key, member)
    await memory.forget(key, member)
    expect(await createLedger('ledger', client).read(member)).toMatchObject({ member, rev: 1 })
    const name = { member: { S: `person/${key}/wacht/1` } }
    const { Item } = await client.send(new GetItemCommand({ TableName: 'ledger', Key: name }))
    // DynamoDB leaves alone what says that it expired more than five years ago.
    expect(Item).toEqual({ ...name, expires: { N: String(Math.floor(clock / 1000)) } })
  })
})

test('how far a message has come is kept as long, under its id alone', async () => {
  const memory = memoryOf(() => Promise.reject(new Error('no secret')))
  expect(await memory.progress('m1')).toBeUndefined()
  const progress = { told: [member], without: { 'wacht/3': { at: clock, listed: 9 } } }
  await memory.keepProgress('m1', progress)
  expect(await memory.progress('m1')).toEqual(progress)
  expect(await memory.progress('m2')).toBeUndefined()
  clock += hour
  expect(await memory.progress('m1')).toBeUndefined()
})

describe('the key of a person', () => {
  test('is a keyed hash: the same for the same address, another under another secret, and nothing of the address', async () => {
    const [one, same, other, another] = await Promise.all([
      memoryOf().key('jane@example.com'),
      memoryOf().key('jane@example.com'),
      memoryOf().key('joe@example.com'),
      memoryOf(() => Promise.resolve('other')).key('jane@example.com'),
    ])
    expect(isPersonKey(one)).toBe(true)
    expect(same).toBe(one)
    expect(new Set([one, other, another]).size).toBe(3)
    expect(one).not.toMatch(/jane/i)
  })

  test('cannot be made without the secret', async () => {
    const memory = memoryOf(() => Promise.reject(new Error('no secret')))
    await expect(memory.key('jane@example.com')).rejects.toThrow('no secret')
  })
})
