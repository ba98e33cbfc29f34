import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createLedger } from '../../functions/aws/ledger-table.ts'
import { close } from '../../functions/core/ledger/close-entry.ts'
import type { Entry } from '../../functions/core/ledger/ledger-entry.ts'
import { open } from '../../functions/core/ledger/open-entry.ts'
import type { LedgerStore } from '../../functions/core/ports.ts'
import { createEntryUpdater } from '../../functions/sync/conditional-write.ts'
import { waysToDynamoDb } from '../support/aws.ts'
import { appliedOf, attemptOf, effects, entryOf, rules } from '../support/entries.ts'
import { type LedgerTable, startLedgerTable } from '../support/ledger-table.ts'
import { json, startServer, startTcp } from '../support/server.ts'

let table: LedgerTable
let members = 0
const freshMember = () => `wacht/1/${++members}`

beforeAll(async () => {
  table = await startLedgerTable()
})
afterAll(() => table.stop())

describe.each(waysToDynamoDb)('by %s', (_, itemsAt) => {
  let ledger: LedgerStore
  beforeAll(() => {
    ledger = createLedger(table.name, itemsAt(table.url))
  })

  describe('an entry', () => {
    test('that is not there is undefined', async () => {
      expect(await ledger.read(freshMember())).toBeUndefined()
    })
    test('comes back with every field as it was', async () => {
      const member = freshMember()
      const project = { groupIds: ['g1', 'g2'], owner: false }
      const version = {
        time: '2026-11-23T09:15:00.25',
        sequence: '123456789012345678901234567890',
        source: '',
        id: '漢😀',
      }
      const entry: Entry = entryOf({
        ...{ member, rev: 1, failures: 3, unproven: 'e3' },
        applied: { ...appliedOf(4, project), version, at: Date.now() },
        lease: { holder: 'h', until: Date.now(), event: 'e', desired: { groupIds: [], owner: true } },
        unanswered: { until: Date.now(), desired: { roleId: '9223372036854775807' } },
      })
      expect(await ledger.write(entry)).toBe('stored')
      expect(await ledger.read(member)).toEqual(entry)
    })
  })

  describe('a field without a value', () => {
    test('is not written, and keeps no entry from being written', async () => {
      const entry = entryOf({ member: freshMember(), rev: 1 })
      expect(await ledger.write({ ...entry, lease: undefined } as unknown as Entry)).toBe('stored')
      expect(await ledger.read(entry.member)).toStrictEqual(entry)
    })
  })

  describe('a compare-and-set', () => {
    test('of the first revision needs that there is no entry', async () => {
      const member = freshMember()
      expect(await ledger.write(entryOf({ member, rev: 1 }))).toBe('stored')
      expect(await ledger.write(entryOf({ member, rev: 1 }))).toHaveProperty('conflict')
    })
    test.each([1, 2, 4])('needs the revision before its own: stored 2, given %i', async rev => {
      const member = freshMember()
      await ledger.write(entryOf({ member, rev: 1 }))
      await ledger.write(entryOf({ member, rev: 2 }))
      expect(await ledger.write(entryOf({ member, rev, failures: 9 }))).toHaveProperty('conflict')
      expect(await ledger.read(member)).toEqual(entryOf({ member, rev: 2 }))
    })
    test('of an entry that is gone is a conflict', async () => {
      expect(await ledger.write(entryOf({ member: freshMember(), rev: 2 }))).toEqual({ conflict: undefined })
    })
    test('has one winner among many', async () => {
      const member = freshMember()
      const results = await Promise.all(
        Array.from({ length: 8 }, (_, n) => ledger.write(entryOf({ member, rev: 1, failures: n }))),
      )
      expect(results.filter(result => result === 'stored')).toHaveLength(1)
    })
    test('brings what is there instead, where the store tells', async () => {
      const there = { member: { S: 'm' }, rev: { N: '7' }, failures: { N: '0' } }
      const error = {
        __type: 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException',
        Item: there,
      }
      const server = await startServer(response => json(response, 400, error))
      expect(await createLedger('ledger', itemsAt(server.url)).write(entryOf({ rev: 3 }))).toEqual({
        conflict: { member: 'm', rev: 7, failures: 0 },
      })
      const sent = JSON.parse(server.seen[0]?.body ?? '{}')
      expect(sent).toMatchObject({ TableName: 'ledger', ReturnValuesOnConditionCheckFailure: 'ALL_OLD' })
      await server.stop()
    })
  })

  test('a read is strongly consistent', async () => {
    const server = await startServer(response => json(response, 200, {}))
    await createLedger('ledger', itemsAt(server.url)).read('m')
    expect(JSON.parse(server.seen[0]?.body ?? '{}')).toMatchObject({
      ConsistentRead: true,
      Key: { member: { S: 'm' } },
    })
    await server.stop()
  })

  describe('a store that does not answer rejects', () => {
    test.each([
      ['an error', { __type: 'InternalServerError' }],
      ['throttling', { __type: 'ProvisionedThroughputExceededException' }],
      ['no table', { __type: 'ResourceNotFoundException' }],
    ])('%s', async (_, error) => {
      const server = await startServer(response => json(response, 400, error))
      await expect(createLedger('ledger', itemsAt(server.url)).read('m')).rejects.toThrow()
      await expect(createLedger('ledger', itemsAt(server.url)).write(entryOf())).rejects.toThrow()
      await server.stop()
    })
    test('a connection that breaks', async () => {
      const server = await startTcp(socket => socket.once('data', () => socket.resetAndDestroy()))
      await expect(
        createLedger('ledger', itemsAt(`http://127.0.0.1:${server.port}`)).write(entryOf()),
      ).rejects.toThrow()
      await server.stop()
    })
  })

  test('eight instances at once: one holder at a time, and every move counts once', async () => {
    const member = freshMember()
    let holding = 0
    let most = 0
    let done = 0
    /** Closes whose answer did not come in time on a busy machine: they may have been stored. */
    let unclear = 0
    const instance = async (n: number) => {
      const move = createEntryUpdater(ledger, () => 1000)
      for (let turn = 0; turn < 4; turn++) {
        const attempt = attemptOf(n, undefined, { holder: `h${n}-${turn}` })
        const opened = await move(member, entry => open(entry, member, attempt, 1000, rules), 2000).catch(
          () => undefined,
        )
        if (opened?.kind !== 'send' && opened?.kind !== 'leased') continue
        most = Math.max(most, ++holding)
        await ledger.read(member)
        holding--
        const closed = await move(
          member,
          entry => close(entry, attempt, effects.deferred, 1001, rules),
          2000,
        ).catch(() => undefined)
        if (closed?.kind === 'retry') done++
        else unclear++
      }
    }
    await Promise.all(Array.from({ length: 8 }, (_, n) => instance(n + 1)))
    const entry = (await ledger.read(member)) as Entry
    expect({ most, rev: entry.rev }).toEqual({ most: 1, rev: 2 * entry.failures + (entry.lease ? 1 : 0) })
    expect(entry.failures).toBeGreaterThanOrEqual(done)
    expect(entry.failures).toBeLessThanOrEqual(done + unclear)
    expect(done).toBeGreaterThan(0)
  })
})
