import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { DynamoDbItems } from '../../functions/aws/dynamodb-items.ts'
import { createLedger } from '../../functions/aws/ledger-table.ts'
import { createPersonMemory, createRosterMemory, personNameOf } from '../../functions/aws/person-memory.ts'
import { itemsOf } from '../../functions/cli/io/ledger-reader.ts'
import { isPersonKey, partsOfPerson, personNameForm } from '../../functions/core/people/person-event.ts'
import { none } from '../../functions/core/people/person-progress.ts'
import { type LedgerTable, startLedgerTable } from '../support/ledger-table.ts'

const hour = 3_600_000
let member: string
let place: { readonly member: string; readonly page: number }
let table: LedgerTable
let client: DynamoDBClient
let clock = Date.parse('2026-11-23T12:00:00Z')
const memoryOf = (secret = () => Promise.resolve('secret')) =>
  createPersonMemory('ledger', secret, hour, () => clock, itemsOf(client))

const noSecret = () => Promise.reject(new Error('no secret'))

beforeAll(async () => {
  table = await startLedgerTable()
  client = table.client
  member = table.member
  place = { member, page: 200 }
})
afterAll(() => table.stop())

describe('where a person was found', () => {
  test('is recalled by scope until it expires, and not a second longer', async () => {
    const memory = memoryOf()
    const key = await memory.key('jane@example.com')
    expect(await memory.recall(key, 'wacht/1')).toBeUndefined()
    await memory.remember(key, place)
    expect(await memory.recall(key, 'wacht/1')).toEqual(place)
    expect(await memory.recall(key, 'wacht/2')).toBeUndefined()
    clock += hour - 1000
    expect(await memory.recall(key, 'wacht/1')).toEqual(place)
    clock += 1000
    expect(await memory.recall(key, 'wacht/1')).toBeUndefined()
  })

  test('is gone when it was forgotten, and can be found again', async () => {
    const memory = memoryOf()
    const key = await memory.key('joe@example.com')
    await memory.remember(key, place)
    await memory.forget(key, member)
    expect(await memory.recall(key, 'wacht/1')).toBeUndefined()
    await memory.remember(key, { member: 'wacht/1/3' })
    expect(await memory.recall(key, 'wacht/1')).toStrictEqual({ member: 'wacht/1/3' })
  })

  test('lies beside the entries: it touches none, and DynamoDB drops it when it has expired', async () => {
    const memory = memoryOf()
    const key = await memory.key('jim@example.com')
    await memory.remember(key, place)
    await memory.forget(key, member)
    expect(await createLedger('ledger', itemsOf(client)).read(member)).toMatchObject({ member, rev: 1 })
    const name = { member: { S: `person/${key}/wacht/1` } }
    const { Item } = await client.send(new GetItemCommand({ TableName: 'ledger', Key: name }))
    // DynamoDB leaves alone what says that it expired more than five years ago.
    expect(Item).toEqual({ ...name, expires: { N: String(Math.floor(clock / 1000)) } })
  })
})

describe('what a list shows of protected people', () => {
  const rosters = (of = 'these') => createRosterMemory('ledger', of, hour, () => clock, itemsOf(client))
  const members = { key: ['wacht/1/2', 'wacht/1/3'] }

  test('is recalled by scope until it expires, also that nobody is there', async () => {
    const until = clock + hour
    expect(await rosters().recall('wacht/1')).toBeUndefined()
    expect(await rosters().remember('wacht/1', members)).toEqual({ members, until })
    await rosters().remember('wacht/2', {})
    expect(await rosters().recall('wacht/1')).toEqual({ members, until })
    expect(await rosters().recall('wacht/2')).toEqual({ members: {}, until })
    clock += hour - 1
    expect(await rosters().recall('wacht/1')).toEqual({ members, until })
    clock += 1
    expect(await rosters().recall('wacht/1')).toBeUndefined()
  })
  test('is not recalled for another set of people', async () => {
    await rosters().remember('wacht/3', members)
    expect(await rosters('others').recall('wacht/3')).toBeUndefined()
  })
})

describe('what is kept of a message', () => {
  const progress = {
    ...{ enqueued: ['wacht/1/7'], sending: [], several: { 'wacht/4': 1 } },
    without: { 'wacht/3': { since: 7, at: 8, pages: 2, listed: 9, late: 1 } },
  }
  const end = { kind: 'dead', letter: { reason: 'person_ambiguous', detail: 'two' } } as const
  const day = 24 * hour
  const itemOf = async (id: string) => {
    const Key = { member: { S: `message/${id}` } }
    return (await client.send(new GetItemCommand({ TableName: 'ledger', Key }))).Item
  }

  test('is nothing at first, then how far it has come, then how it ended, under its id alone and without the secret', async () => {
    const memory = memoryOf(noSecret)
    const message = { id: 'm1', sentAt: clock }
    expect(await memory.message('m1')).toEqual({ rev: 0, progress: none })
    expect(await memory.keep(message, { rev: 1, progress })).toBe('stored')
    expect(await memory.message('m1')).toEqual({ rev: 1, progress })
    expect(await memory.keep(message, { rev: 2, progress, end })).toBe('stored')
    expect(await memory.message('m1')).toEqual({ rev: 2, progress, end })
    expect(await memory.message('m2')).toEqual({ rev: 0, progress: none })
  })

  test('calls the members whose events are enqueued `told`: so do the items of earlier versions', async () => {
    await memoryOf(noSecret).keep({ id: 'm5', sentAt: clock }, { rev: 1, progress })
    const { enqueued, ...others } = progress
    expect(JSON.parse((await itemOf('m5'))?.is?.S as string)).toEqual({
      progress: { ...others, told: enqueued },
    })
  })

  test('is not changed by a delivery that has not seen the latest of it', async () => {
    const memory = memoryOf(noSecret)
    const message = { id: 'm3', sentAt: clock }
    const first = await Promise.all([1, 1, 1].map(rev => memory.keep(message, { rev, progress })))
    expect(first.toSorted()).toEqual(['conflict', 'conflict', 'stored'])
    await memory.keep(message, { rev: 2, progress, end })
    for (const rev of [1, 2, 4]) expect(await memory.keep(message, { rev, progress: none })).toBe('conflict')
    expect(await memory.message('m3')).toEqual({ rev: 2, progress, end })
  })

  test('is kept for as long as SQS may deliver the message: 14 days from its send', async () => {
    const sentAt = clock - 3 * day
    await memoryOf(noSecret).keep({ id: 'm4', sentAt }, { rev: 1, progress, end })
    expect((await itemOf('m4'))?.expires).toEqual({ N: String(Math.ceil((sentAt + 14 * day) / 1000)) })
    clock += 11 * day - 1
    expect(await memoryOf(noSecret).message('m4')).toEqual({ rev: 1, progress, end })
  })

  test('is not known where the store does not answer, whatever it did', async () => {
    const fails = () => Promise.reject(new Error('time-out'))
    const memory = createPersonMemory('ledger', noSecret, hour, () => clock, { get: fails, put: fails })
    await expect(memory.message('m1')).rejects.toThrow('time-out')
    await expect(memory.keep({ id: 'm1', sentAt: clock }, { rev: 3, progress })).rejects.toThrow('time-out')
  })
})

describe('the table', () => {
  const answering = (Item?: object) => {
    const inputs: object[] = []
    const get = async (input: object) => {
      inputs.push(input)
      return { Item }
    }
    return {
      inputs,
      memory: createPersonMemory('ledger', noSecret, hour, () => clock, { get, put: get } as DynamoDbItems),
    }
  }
  test('is asked for what is in it now, not a moment ago', async () => {
    const { inputs, memory } = answering()
    await memory.recall('key', 'wacht/1')
    await memory.message('m1')
    expect(inputs).toEqual([
      { TableName: 'ledger', Key: { member: { S: 'person/key/wacht/1' } }, ConsistentRead: true },
      { TableName: 'ledger', Key: { member: { S: 'message/m1' } }, ConsistentRead: true },
    ])
  })
  test.each([
    ['an item without a place', { expires: { N: '9999999999' } }],
    ['an item without an end', { is: { S: 'wacht/1/2' } }],
  ])('tells no place by %s', async (_, Item) => {
    expect(await answering(Item).memory.recall('key', 'wacht/1')).toBeUndefined()
  })
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

  test('has in the guards file the fingerprint of its secret before it', async () => {
    const other = await memoryOf(() => Promise.resolve('other')).fingerprint()
    const name = personNameOf('jane@example.com', 'other')
    expect(name).toMatch(personNameForm)
    expect(partsOfPerson(name)).toEqual({
      fingerprint: other,
      key: await memoryOf(() => Promise.resolve('other')).key('jane@example.com'),
    })
    expect(await memoryOf().fingerprint()).not.toBe(other)
  })

  test('cannot be made without the secret', async () => {
    const memory = memoryOf(() => Promise.reject(new Error('no secret')))
    await expect(memory.key('jane@example.com')).rejects.toThrow('no secret')
  })
})
