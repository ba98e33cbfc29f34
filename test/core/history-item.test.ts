import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Version } from '../../functions/core/event/version.ts'
import { compareVersions } from '../../functions/core/event/version.ts'
import { endItem, proofFacts, proofItem, sourceEventOf } from '../../functions/core/history/history-item.ts'
import type { Applied } from '../../functions/core/ledger/ledger-entry.ts'
import { appliedOf, versionOf } from '../support/entries.ts'
import { noon } from '../support/events.ts'
import { messageOf } from '../support/world.ts'

const hash = (text: string) => `hash of ${text.length}`
const member = 'wacht/1/2'
const applied: Applied = {
  ...{ ...appliedOf(1), at: noon, receives: 2, role: 'manager', traceId: 't', claimedPlan: 'p' },
}

describe('the item of a proof', () => {
  test('is told by the ledger alone', () => {
    expect(proofItem(member, applied, hash)).toEqual({
      ...{ member, version: '2026-11-23T09:15:01 00 m1 applied', outcome: 'applied' },
      ...{ at: '2026-11-23T12:00:00.000Z', message: 'm1', event: 'e1', source: 's', time: versionOf(1).time },
      ...{ sourceEvent: 's/e1', desired: { roleId: '501' }, scope: 'wacht/1', receives: 2, role: 'manager' },
      ...{ traceId: 't', claimedPlan: 'p' },
    })
  })
  test('expires once it is replaced, and is the same else', () => {
    expect(proofItem(member, applied, hash, 7)).toEqual({
      ...proofItem(member, applied, hash),
      expires: 7,
    })
  })
  test('sorts as its version does, at any precision and with any sequence', () => {
    const version: fc.Arbitrary<Version> = fc.record({
      time: fc.constantFrom(
        '2026-11-23T09:15:00',
        '2026-11-23T09:15:00.2',
        '2026-11-23T09:15:00.25',
        '2027-01-01T00:00:00',
      ),
      sequence: fc.constantFrom('', '0', '9', '10', '99', '100'),
      source: fc.constant('s'),
      id: fc.constant('e'),
    })
    const keyOf = (of: Version) => proofItem(member, { ...applied, version: of }, hash).version
    fc.assert(
      fc.property(version, version, (a, b) => {
        const order = compareVersions(a, b)
        return order === 0 || keyOf(a) < keyOf(b) === order < 0
      }),
    )
  })
})

test('a proof says who sent its message, and who approved it', () => {
  const proof = {
    ...applied,
    ...proofFacts(messageOf('m1', '{}', { sender: 'x' }), undefined),
    approvedBy: ['ada'],
  }
  expect(proofItem(member, proof, hash)).toMatchObject({ sender: 'x', approvedBy: ['ada'] })
})

describe('the item of another end', () => {
  const named = { event: 'e1', source: 's', target: 'wacht', member }
  const message = messageOf('m1', '{"secret":"payload"}', { receives: 3 })
  const letter = { reason: 'rejected', detail: 'jane@example.com', status: 422, unproven: true } as const

  test('says why a message is dead, and nothing of its body or of the words of the target', () => {
    const settled = {
      message,
      named,
      verdict: { kind: 'dead', letter },
      version: versionOf(1),
      change: { desired: { roleId: '5' } },
    } as const
    expect(endItem(settled, noon, hash, 9)).toEqual({
      ...{
        member,
        version: '2026-11-23T09:15:01 00 m1 dead',
        outcome: 'dead',
        at: '2026-11-23T12:00:00.000Z',
      },
      ...{ message: 'm1', event: 'e1', source: 's', time: versionOf(1).time, sourceEvent: 's/e1' },
      ...{ desired: { roleId: '5' }, scope: 'wacht/1', receives: 3 },
      ...{ reason: 'rejected', status: 422, unproven: true, expires: 9 },
    })
  })
  test('of a change that a guard holds names the guard and the sender', () => {
    const held = { reason: 'held', guard: 'protected', detail: 'why', unproven: false } as const
    const settled = {
      message: { ...message, sender: 'x' },
      named,
      verdict: { kind: 'dead', letter: held },
    } as const
    const item = endItem({ ...settled, version: versionOf(1) }, noon, hash)
    expect(item).toMatchObject({ outcome: 'held', guard: 'protected', sender: 'x', unproven: false })
    expect([item.version, item.reason]).toEqual(['2026-11-23T09:15:01 00 m1 held', undefined])
  })
  test('of a message without a member stands under the message, at the time of its send', () => {
    const nobody = { event: null, source: null, target: null, member: null }
    const { status: _, unproven: __, ...invalid } = letter
    expect(
      endItem({ message, named: nobody, verdict: { kind: 'dead', letter: invalid } }, noon + 5, hash),
    ).toEqual({
      ...{ member: 'message/m1', version: '2026-11-23T12:00:00 00 m1 dead', outcome: 'dead', message: 'm1' },
      ...{ at: '2026-11-23T12:00:00.005Z', receives: 3, reason: 'rejected' },
    })
  })
  test('of an event without a version is found by its names', () => {
    expect(endItem({ message, named, verdict: { kind: 'dead', letter } }, noon, hash)).toMatchObject({
      ...{ member, event: 'e1', source: 's', sourceEvent: 's/e1' },
    })
  })
  test('that has only one of its names has no key in the index', () => {
    const ends = (names: object) =>
      endItem({ message, named: { ...named, ...names }, verdict: { kind: 'dead', letter } }, noon, hash)
    expect(ends({ event: null })).toMatchObject({ source: 's', event: undefined, sourceEvent: undefined })
    expect(ends({ source: null })).toMatchObject({ source: undefined, event: 'e1', sourceEvent: undefined })
  })
  test('names what is applied instead, or how many events were made', () => {
    const ends = (verdict: object) =>
      endItem({ message, named, verdict: { kind: 'done', ...verdict } as never }, noon, hash)
    expect(ends({ outcome: 'superseded', by: 'e9' })).toMatchObject({ outcome: 'superseded', by: 'e9' })
    expect(ends({ outcome: 'resolved', events: 2 })).toMatchObject({ outcome: 'resolved', events: 2 })
  })
  test('says what a shadowed change would have met, and what the target showed, without personal data', () => {
    const shown = { roleId: '1', owner: true, role_ids: ['2', 'jane@example.com'] }
    const shadow = { wouldHold: 'burst', shows: 'differs', shown } as const
    const item = endItem({ message, named, verdict: { kind: 'done', outcome: 'shadow', shadow } }, noon, hash)
    expect(item).toMatchObject({ ...shadow, shown: { roleId: '1', owner: true }, outcome: 'shadow' })
    expect(item.shown?.role_ids).toHaveLength(2)
    expect(JSON.stringify(item)).not.toContain('jane@')
  })
})

test('personal data is in no id, source, plan or key', () => {
  const version = {
    ...versionOf(1),
    id: 'for jane@example.com',
    source: '//hr/jane@example.com',
    sequence: '7',
  }
  const trail = { plan: 'jane@example.com' }
  const facts = proofFacts(messageOf('m1', '{}', { trail }), undefined)
  const item = proofItem(member, { ...applied, ...facts, version }, hash)
  expect(JSON.stringify(item)).not.toContain('example.com')
  expect(item).toMatchObject({ sequence: '7', version: '2026-11-23T09:15:01 017 m1 applied' })
})

test('a proof keeps the trace of its event, and the plan that its message claims', () => {
  const claimed = (plan: string) => proofFacts(messageOf('m1', '{}', { trail: { plan } })).claimedPlan
  const hash = '3f2a9c01d7be4b60'.repeat(4)
  expect(claimed(hash)).toBe(hash)
  for (const longer of [`jane@example.com${hash}`, `${hash} jane@example.com`])
    expect(claimed(longer)).not.toContain('jane')
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
  expect(proofFacts(messageOf('m1', JSON.stringify({ traceparent })), { role: 'manager' })).toEqual({
    ...{ receives: 1, role: 'manager', traceId: '4bf92f3577b34da6a3ce929d0e0e4736' },
  })
})

test('the key of an event fits into an index, also if its names are as long as they may be', () => {
  const [source, id] = ['漢'.repeat(512), '字'.repeat(256)]
  expect(sourceEventOf(source, id, hash)).toBe(`${source}/hash of 256`)
  expect(Buffer.byteLength(sourceEventOf('a'.repeat(1791), 'b'.repeat(256), hash))).toBe(2048)
  expect(sourceEventOf('a'.repeat(1792), 'b'.repeat(256), hash)).toContain('hash')
})
