import { describe, expect, test } from '@jest/globals'
import type { KnownEntry } from '../../functions/core/dead-letter/planned-letters.ts'
import { byTarget, flightsOf } from '../../infra/local/page/in-flight-messages.ts'
import { latest } from '../../infra/local/page/latest-letters.ts'
import { startWaits } from '../../infra/local/page/waiting-messages.ts'
import { entryOf, leaseOf } from '../support/entries.ts'
import { wachtEvent } from './sample-events.ts'

const inFlight = (messageId: string, more = {}) => ({
  messageId,
  body: JSON.stringify(wachtEvent(messageId)),
  receives: 1,
  sentAt: 1000,
  dueAt: 5000,
  ...more,
})
const again = (messageId: string, receives = 1, cause = 'throttled') =>
  JSON.stringify({ message: 'retry', messageId, receives, cause, seconds: 4 })
const ended = (messageId: string) => ({ messageId }) as Parameters<ReturnType<typeof startWaits>['ended']>[0]

describe('a message in flight', () => {
  test('waits for what its last attempt told, and is at work once it is received again', () => {
    const waits = startWaits()
    waits.line(again('a'))
    waits.line('"retry", but no log line')
    const state = (receives: number) => flightsOf([inFlight('a', { receives })], waits)[0]?.cause
    expect(state(1)).toBe('throttled')
    expect(state(2)).toBeUndefined()
    waits.ended(ended('a'))
    expect(state(1)).toBeUndefined()
  })
  test('is forgotten, the oldest first, when too many wait', () => {
    const waits = startWaits(2)
    for (const id of ['a', 'b', 'a', 'c']) waits.line(again(id))
    expect(['a', 'b', 'c'].filter(id => waits.of(id) !== undefined)).toEqual(['a', 'c'])
  })
  test('is counted for its target, a body that names none apart', () => {
    const waits = startWaits()
    waits.line(again('a'))
    waits.line(again('b', 1, 'busy'))
    waits.line(again('c', 1, 'busy'))
    const messages = [
      inFlight('a', { dueAt: 3000 }),
      inFlight('b'),
      inFlight('c', { sentAt: 500 }),
      inFlight('d', { dueAt: 2000 }),
      inFlight('e', { body: '<b>no json</b>' }),
    ]
    const causes = [['busy', 2] as const, ['throttled', 1] as const]
    expect(byTarget(flightsOf(messages, waits))).toEqual([
      { target: 'wacht', atWork: 1, waiting: 3, causes, oldestAt: 500, nextAt: 3000 },
      { target: 'project', atWork: 0, waiting: 0, causes: [] },
      { target: 'unreadable', atWork: 1, waiting: 0, causes: [], oldestAt: 1000 },
    ])
  })
})

test('a message that was seen before keeps its names, and no state of then', () => {
  const waits = startWaits()
  waits.line(again('a'))
  const before = flightsOf([inFlight('a')], waits)
  waits.ended(ended('a'))
  const [now] = flightsOf([inFlight('a', { body: 'not read again', receives: 2 })], waits, before)
  expect(now).toMatchObject({ event: 'a', target: 'wacht', receives: 2 })
  expect(now).not.toHaveProperty('cause')
})

describe('the latest letters', () => {
  const text = (StringValue: string) => ({ DataType: 'String', StringValue })
  const letter = (sentTimestamp: number, messageAttributes = {}, body = '{"id":"from-body"}') => ({
    ...{ messageId: String(sentTimestamp), body, sentTimestamp, approximateReceiveCount: 0 },
    messageAttributes,
  })
  const now = 1_000_000
  const shown = (letters: ReturnType<typeof letter>[], max = 1, entry?: KnownEntry) =>
    latest(letters, max, async () => entry, now)
  test('come last first, and only so many', async () => {
    expect((await shown([letter(1), letter(3), letter(2)], 2)).map(({ at }) => at)).toEqual([3, 2])
  })
  test('tell the reason and the trail of their attributes', async () => {
    const trail = text(JSON.stringify({ detail: 'nobody', status: 404, receives: 7 }))
    const attributes = { reason: text('not_found'), event: text('wd-1'), unproven: text('true'), trail }
    const [found] = await shown([letter(1, attributes)])
    expect(found).toMatchObject({ event: 'wd-1', reason: 'not_found', detail: 'nobody', status: 404 })
    expect(found).toMatchObject({ receives: 7, unproven: true })
  })
  test('without attributes were moved by SQS, and are named by their bodies', async () => {
    expect(await shown([letter(1)])).toMatchObject([{ event: 'from-body', reason: 'crashed', detail: '' }])
  })
  test.each<[string, KnownEntry, boolean]>([
    ['a write may have taken effect', entryOf({ unproven: 'e0' }), true],
    ['an attempt died with its lease', entryOf({ lease: leaseOf(now) }), true],
    ['the ledger does not answer', 'unknown', true],
    ['it is being written', entryOf({ lease: leaseOf(now + 1) }), false],
    ['nothing was ever written', undefined, false],
  ])('without attributes are unproven by the entry of their member: %s', async (_, entry, unproven) => {
    const moved = letter(1, {}, JSON.stringify(wachtEvent('a')))
    const buried = letter(2, { reason: text('rejected') }, JSON.stringify(wachtEvent('b')))
    expect(await shown([moved, buried], 2, entry)).toMatchObject([{ unproven: false }, { unproven }])
  })
  test.each(['', 'no json', '[]', 'null', '3', '{"detail":{},"status":"404","receives":null}'])(
    'are told with a trail of %j too',
    async trail => {
      const [found] = await shown([letter(1, { reason: text('rejected'), trail: text(trail) })])
      expect(found).toMatchObject({ reason: 'rejected', detail: '' })
      expect(found).not.toHaveProperty('status')
    },
  )
})
