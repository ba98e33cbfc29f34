import { describe, expect, test } from '@jest/globals'
import {
  type AskedEvent,
  type EventStatus,
  isDone,
  statusInLedger,
  statusWithLetters,
} from '../../../functions/cli/commands/event-status.ts'
import type { NamedLetter } from '../../../functions/cli/commands/look-at-letters.ts'
import { exposureWords, statusWords } from '../../../functions/cli/commands/status-words.ts'
import type { Entry } from '../../../functions/core/ledger/ledger-entry.ts'
import { noon } from '../../support/events.ts'

const member = 'wacht/1/2'
const versionOf = (id: string, time = '2026-11-23T09:00:00') => ({ time, sequence: '', source: '//hr', id })
const asked: AskedEvent = { event: 'e', version: versionOf('e'), member, message: 'm' }
const onlyId: AskedEvent = { event: 'e', member }
const entry = (fields: Partial<Entry>): Entry => ({ member, rev: 1, failures: 0, ...fields })
const appliedAs = (id: string, time?: string): Entry =>
  entry({
    applied: { version: versionOf(id, time), event: id, message: 'x', desired: {}, at: noon - 60_000 },
  })
const endOf = (id: string): Entry => {
  const { applied, ...rest } = appliedAs(id)
  return { ...rest, applied: { ...applied!, version: { ...applied!.version, end: true } } }
}
const lease = { holder: 'h', until: noon + 1000, event: 'e', desired: {} }
const ended = { message: 'm', version: versionOf('e'), at: noon, letter: { reason: 'rejected' as const } }

describe('the ledger says of an event', () => {
  test.each<{ name: string; of?: AskedEvent; entry?: Entry; status: EventStatus['status'] }>([
    { name: 'that it is applied', entry: appliedAs('e'), status: 'applied' },
    { name: 'that it is applied, by its id alone', of: onlyId, entry: appliedAs('e'), status: 'applied' },
    { name: 'that it was applied, if its end is', entry: endOf('e'), status: 'applied' },
    {
      name: 'that a newer one is applied',
      entry: appliedAs('f', '2026-11-23T09:00:01'),
      status: 'superseded',
    },
    {
      name: 'that another source has the id',
      entry: appliedAs('e', '2026-11-23T08:00:00'),
      status: 'waiting_or_unknown',
    },
    { name: 'that an attempt is writing it', entry: entry({ lease }), status: 'waiting' },
    { name: 'that its lease ran out', entry: entry({ lease: { ...lease, until: noon } }), status: 'waiting' },
    { name: 'that its last write is unproven', entry: entry({ unproven: 'e' }), status: 'waiting' },
    { name: 'that its message became a dead letter', entry: entry({ ended: [ended] }), status: 'dead' },
    { name: 'so by its id alone', of: onlyId, entry: entry({ ended: [ended] }), status: 'dead' },
    {
      name: 'nothing of the letter of an earlier message of it',
      entry: entry({ ended: [{ ...ended, message: 'n' }] }),
      status: 'waiting_or_unknown',
    },
    {
      name: 'nothing of a letter of another event',
      entry: entry({ ended: [{ ...ended, message: 'n', version: versionOf('f') }] }),
      status: 'waiting_or_unknown',
    },
    {
      name: 'nothing while an older one is applied',
      entry: appliedAs('d', '2026-11-23T08:00:00'),
      status: 'waiting_or_unknown',
    },
    { name: 'nothing without an entry', status: 'waiting_or_unknown' },
  ])('$name', ({ of = asked, entry: given, status }) =>
    expect(statusInLedger(of, given, noon).status).toBe(status),
  )
})

describe('where the ledger cannot decide', () => {
  const wordsOf = (of: AskedEvent, given?: Entry) => statusWords(statusInLedger(of, given, noon), noon)
  test('it says so', () => {
    expect(wordsOf(asked)).toBe('waiting, or unknown: it waits on the changes queue, or was never sent')
  })
  test('it names the applied change to whoever knows the id alone', () => {
    expect(wordsOf(onlyId, appliedAs('f'))).toBe(
      'waiting, or unknown: the applied change of its member is event f of 2026-11-23T09:00:00Z',
    )
  })
  test('it says which member is missing', () => {
    expect(wordsOf({ event: 'e', member: undefined })).toContain('give --member, or the file of the event')
    expect(wordsOf({ event: 'e', member: null })).toContain('role-sync member ADDRESS shows the members')
  })
})

describe('a dead letter', () => {
  const letterOf = (trail = {}): NamedLetter => ({
    letter: { messageId: 'm', reason: 'not_found', attributes: { unproven: 'true' }, trail } as never,
    named: { event: 'e', source: '//hr', target: 'wacht', member },
  })
  const waiting: EventStatus = { status: 'waiting_or_unknown', detail: 'x' }
  test('is the outcome, with its reason and detail', () => {
    const status = statusWithLetters(waiting, [letterOf({ detail: 'no such member' })], undefined, noon)
    expect(statusWords(status, noon)).toBe('dead: not_found, unproven: no such member')
    expect(isDone(status)).toBe(false)
  })
  test('is not the outcome of an event that is applied', () => {
    const applied: EventStatus = { status: 'applied', since: noon }
    expect(statusWithLetters(applied, [letterOf()], undefined, noon)).toBe(applied)
    expect(isDone(applied)).toBe(true)
  })
  test('that the ledger knows and nobody has is replayed or dropped', () => {
    const status = statusWithLetters({ status: 'dead', reason: 'rejected' }, [], undefined, noon)
    expect(statusWords(status, noon)).toBe(
      'waiting, or unknown: it became a dead letter (rejected) that is not there any more: it was replayed and waits, or it was dropped',
    )
  })
})

test('an applied event is told with its time', () => {
  expect(statusWords({ status: 'applied', since: noon - 61_000 }, noon)).toBe(
    'applied: confirmed at the target 1 min 1 s ago, at 2026-11-23T11:58:59Z',
  )
  expect(statusWords({ status: 'superseded', by: 'f', since: noon }, noon)).toBe(
    'superseded: by event f, applied 0 s ago, at 2026-11-23T12:00:00Z',
  )
})

test('the exposure of a withdrawal is said while it is open, and when it is proven; of no other event', () => {
  const withdrawal: AskedEvent = { ...asked, withdraws: true }
  const since = noon - 60_000
  const words = (event: AskedEvent, status: EventStatus) => exposureWords(event, status, noon)
  expect({
    applied: words(withdrawal, { status: 'applied', since }),
    waits: words(withdrawal, { status: 'waiting', detail: 'x' }),
    dead: words(withdrawal, { status: 'dead', reason: 'rejected' }),
    superseded: words(withdrawal, { status: 'superseded', by: 'f', since }),
    dated: words(
      { ...withdrawal, version: { ...versionOf('e'), from: '2026-11-23T11:00:00' } },
      { status: 'applied', since },
    ),
    scheduled: words(withdrawal, { status: 'scheduled' }),
    grant: words(asked, { status: 'applied', since }),
    onlyId: words({ ...onlyId, withdraws: true }, { status: 'applied', since }),
  }).toEqual({
    applied: "exposure: 2 h 59 min from the event's time to the proof",
    waits: "exposure: 3 h since the event's time; the access may still be there",
    dead: "exposure: 3 h since the event's time; the access may still be there",
    superseded: undefined,
    dated: "exposure: 59 min from the event's beginning to the proof",
    scheduled: undefined,
    grant: undefined,
    onlyId: undefined,
  })
})

test('a change that a guard holds is told as held, with the facts of its letter if there is one', () => {
  const held = { status: 'dead', reason: 'held' } as const
  expect(statusWords(held, noon)).toBe('held: a guard holds it until a person approves it')
  expect(statusWords({ ...held, detail: 'wacht/1/2 is protected (owner)' }, noon)).toBe(
    'held: wacht/1/2 is protected (owner)',
  )
})
