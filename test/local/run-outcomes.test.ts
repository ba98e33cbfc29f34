import { beforeEach, describe, expect, test } from '@jest/globals'
import type { KnownEntry } from '../../functions/core/dead-letter/planned-letters.ts'
import type { StoredMessage } from '../../infra/local/engines/embedded-engines.ts'
import { jsonLine, type Outcome } from '../../infra/local/outcomes/message-outcome.ts'
import { outcomeRecord } from '../../infra/local/outcomes/run-outcomes.ts'
import { whenOver } from '../../infra/local/run/when-over.ts'
import type { Queue } from '../../infra/local/template/template-queues.ts'
import { entryOf, leaseOf } from '../support/entries.ts'
import { wachtEvent } from './sample-events.ts'

let told: Outcome[]
let troubles: string[]
let reported: Set<string>
let entry: KnownEntry
const now = 1_000_000
const record = () =>
  outcomeRecord({
    tell: async outcome => void told.push(outcome),
    reported,
    report: id => reported.add(id),
    onTrouble: text => troubles.push(text),
    entry: async () => entry,
    now: () => now,
  })
beforeEach(() => {
  told = []
  troubles = []
  reported = new Set()
  entry = undefined
})

const line = (messageId: string, outcome = 'applied', more = {}) =>
  JSON.stringify({ level: 'INFO', message: 'outcome', messageId, event: 'e', outcome, receives: 1, ...more })
const invocation = (...lines: string[]) => ({ ending: { kind: 'returned', value: {} } as const, lines })
const letter = (messageId: string, messageAttributes = {}): StoredMessage => ({
  messageId,
  body: '{"id":"wd-1","source":"//hr"}',
  sentTimestamp: 0,
  approximateReceiveCount: 1001,
  messageAttributes,
})

describe('the record', () => {
  test('only settled messages are told, each once', async () => {
    const { settle, outcomes } = record()
    await settle([{ MessageId: 'a' }], invocation(line('a'), line('b')))
    await settle([{ MessageId: 'a' }], invocation(line('a')))
    expect(told.map(outcome => outcome.messageId)).toEqual(['a'])
    expect(outcomes).toEqual(told)
  })
  test('a message that left the queue without an outcome is a trouble', async () => {
    const { settle, isSettled } = record()
    await settle([{ MessageId: 'a' }], invocation('{"message":"other"}', 'no json'))
    expect({ told, troubles, settled: isSettled('a') }).toEqual({
      told: [],
      troubles: ['message a left the queue without an outcome'],
      settled: true,
    })
  })
  test('letters without a reason are told as crashed, not those of an earlier run and none twice', async () => {
    reported.add('old')
    const { lookAtLetters } = record()
    const letters = [letter('old'), letter('own', { reason: {} }), letter('new')]
    await lookAtLetters(letters)
    await lookAtLetters(letters)
    expect(told.map(jsonLine)).toEqual([
      '{"event":"wd-1","source":"//hr","target":null,"member":null,"outcome":"dead","reason":"crashed","receives":1000}',
    ])
    expect(reported).toEqual(new Set(['old', 'new']))
  })
  test.each<[string, KnownEntry, boolean]>([
    ['a write may have taken effect', entryOf({ unproven: 'e0' }), true],
    ['an attempt died with its lease', entryOf({ lease: leaseOf(now) }), true],
    ['the ledger does not answer', 'unknown', true],
    ['it is being written by another event', entryOf({ lease: leaseOf(now + 1) }), false],
    ['nothing was ever written', undefined, false],
  ])('a crashed letter is unproven by the entry of its member: %s', async (_, known, unproven) => {
    entry = known
    const { lookAtLetters } = record()
    await lookAtLetters([{ ...letter('a'), body: JSON.stringify(wachtEvent('a')) }])
    expect(told).toMatchObject([{ reason: 'crashed', event: 'a', target: 'wacht' }])
    expect(told[0]?.unproven ?? false).toBe(unproven)
  })
  test('a crashed letter that names no member asks the ledger for none', async () => {
    entry = 'unknown'
    await record().lookAtLetters([letter('a')])
    expect(told[0]).not.toHaveProperty('unproven')
  })
})

describe('a run', () => {
  const idle = { isAtWork: false }
  const queue = (name: string): Queue => ({ name, url: '', arn: '', attributes: {} })
  const world = (running: number, changes: StoredMessage[], dead: StoredMessage[] = []) => ({
    changes: queue('changes'),
    deadLetters: queue('dead'),
    running,
    messages: (of: Queue) => (of.name === 'changes' ? changes : dead),
  })
  const isOver = async (stack: ReturnType<typeof world>, given?: string[], settled: string[] = []) => {
    const of = record()
    await of.settle(
      settled.map(MessageId => ({ MessageId })),
      invocation(...settled.map(id => line(id))),
    )
    return looked(whenOver(stack, of, [idle], given))
  }
  /** Looks once more whether a run is over. */
  const looked = ({ over, look }: ReturnType<typeof whenOver>): Promise<unknown> => {
    look()
    return Promise.race([over.then(() => true), new Promise(resolve => setImmediate(() => resolve(false)))])
  }
  test('is over when the queue holds nothing and no invocation runs', async () => {
    expect(await isOver(world(0, []))).toBe(true)
    expect(await isOver(world(1, []))).toBe(false)
    expect(await isOver(world(0, [letter('a')]))).toBe(false)
  })
  test('is not over while an approval is at work', async () => {
    const release = { isAtWork: true }
    const end = whenOver(world(0, []), record(), [idle, release])
    expect(await looked(end)).toBe(false)
    release.isAtWork = false
    expect(await looked(end)).toBe(true)
  })
  test('that stays up has settled what it was given, whatever else is on the queue', async () => {
    expect(await isOver(world(1, [letter('b')]), ['a'], ['a'])).toBe(true)
    expect(await isOver(world(0, []), ['a'], [])).toBe(false)
    expect(await isOver(world(0, [], [letter('a')]), ['a'], [])).toBe(true)
  })
  test('that stays up has settled the events of a person, too', async () => {
    const of = record()
    const isOverNow = () => looked(whenOver(world(0, []), of, [idle], ['a']))
    await of.settle([{ MessageId: 'a' }], invocation(line('a', 'resolved', { events: 2 })))
    await of.settle([{ MessageId: 'made-1' }], invocation(line('made-1')))
    expect(await isOverNow()).toBe(false)
    await of.settle([{ MessageId: 'made-2' }], invocation(line('made-2')))
    expect(await isOverNow()).toBe(true)
  })
  test('that stays up has settled what a scene sent, too', async () => {
    const of = record()
    await of.settle([{ MessageId: 'a' }], invocation(line('a')))
    const end = whenOver(world(0, []), of, [idle], ['a'], () => 1)
    expect(await looked(end)).toBe(false)
    await of.settle([{ MessageId: 'again' }], invocation(line('again', 'reasserted')))
    expect(await looked(end)).toBe(true)
  })
  test('is not over before the letters are told', async () => {
    await isOver(world(0, [], [letter('a')]))
    expect(told).toHaveLength(1)
  })
})
