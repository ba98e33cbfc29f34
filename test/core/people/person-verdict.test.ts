import { describe, expect, test } from '@jest/globals'
import type { Message } from '../../../functions/core/event/sqs-message.ts'
import type { Effect } from '../../../functions/core/outcome/effect.ts'
import type { Sought } from '../../../functions/core/people/person-findings.ts'
import { personVerdict } from '../../../functions/core/people/person-verdict.ts'

const hour = 3_600_000
const rules = { giveUpMs: 72 * hour, giveUpAtLatestMs: 13 * 24 * hour }
const message: Message = { id: 'm', receipt: 'r', body: '', sentAt: 0, firstReceivedAt: 0, receives: 1 }
const found = (fields: Partial<Sought & { kind: 'found' }> = {}): Sought => ({
  ...{
    kind: 'found',
    members: [],
    enqueued: [],
    missing: undefined,
    certain: true,
    unread: undefined,
    ...fields,
  },
})
const down: Effect = { kind: 'deferred', cause: 'read_failed', status: 500, detail: 'down', delayMs: 7000 }
const open: Effect = { kind: 'deferred', cause: 'breaker_open', detail: 'rests' }
const verdict = (sought: Sought, now = 1, of = message) => personVerdict(sought, of, now, rules)
const dead = (reason: string, detail: string, status?: number) => ({
  ...{ kind: 'dead', letter: { reason, detail, ...(status && { status }) } },
})

describe('a message ends', () => {
  test('with the number of the events of all its attempts, and where the person is not', () => {
    expect(verdict(found({ members: ['a'], enqueued: ['b', 'c'] }))).toEqual({
      ...{ kind: 'done', outcome: 'resolved', events: 3 },
    })
    expect(verdict(found({ enqueued: ['b'], missing: 'wacht/1 (9 listed)' }))).toEqual({
      ...{ kind: 'done', outcome: 'resolved', events: 1, detail: 'not in wacht/1 (9 listed)' },
    })
  })
  test('dead where nobody has the address, or several have', () => {
    expect(verdict(found({ missing: 'wacht/1 (9 listed)' }))).toEqual(
      dead('person_not_found', 'no member has this e-mail address in wacht/1 (9 listed)'),
    )
    expect(verdict({ kind: 'ambiguous', certain: true, detail: 'two' })).toEqual(
      dead('person_ambiguous', 'two'),
    )
  })
})

describe('a message goes again', () => {
  test('while it is not certain whether the person is there, or which of several is meant', () => {
    expect(verdict(found({ enqueued: ['b'], missing: 'wacht/1 (9 listed)', certain: false }))).toEqual({
      ...{ kind: 'retry', cause: 'person_not_found', detail: 'not yet in wacht/1 (9 listed)' },
    })
    expect(verdict({ kind: 'ambiguous', certain: false, detail: 'two' })).toEqual({
      ...{ kind: 'retry', cause: 'person_ambiguous', detail: 'two' },
    })
  })
  test('while a list cannot be read, for as long as the target asks', () => {
    expect(verdict(found({ unread: down, members: ['a'] }))).toEqual({
      ...{ kind: 'retry', cause: 'read_failed', detail: 'down', status: 500, delayMs: 7000 },
    })
    expect(verdict(found({ unread: open }), 5 * 24 * hour)).toEqual({
      ...{ kind: 'retry', cause: 'breaker_open', detail: 'rests' },
    })
  })
  test('never because of an answer that ends it', () => {
    const refused: Effect = { kind: 'refused', reason: 'not_found', status: 404, detail: '' }
    for (const unread of [refused, { kind: 'proven', status: 200 } as const]) {
      expect(() => verdict(found({ unread }))).toThrow('a list that was not read')
    }
  })
})

describe('retrying ends', () => {
  const late = 72 * hour

  test('at the give-up time, and the letter says why', () => {
    expect(verdict(found({ unread: down }), late - 1)).toMatchObject({ kind: 'retry' })
    expect(verdict(found({ unread: down }), late)).toEqual(dead('gave_up', 'read_failed: down', 500))
    expect(verdict(found({ missing: 'wacht/1 (9 listed)', certain: false }), late)).toEqual(
      dead('gave_up', 'person_not_found: not yet in wacht/1 (9 listed)'),
    )
    expect(verdict({ kind: 'ambiguous', certain: false, detail: 'two' }, late)).toEqual(
      dead('person_ambiguous', 'two'),
    )
  })
  test('at the latest time also without an attempt of its own', () => {
    const latest = 13 * 24 * hour
    const fresh = { ...message, firstReceivedAt: latest - 1 }
    expect(verdict(found({ unread: open }), latest - 1, fresh)).toMatchObject({ kind: 'retry' })
    expect(verdict(found({ unread: open }), latest, fresh)).toEqual(dead('gave_up', 'breaker_open: rests'))
  })
  test('and the letter says what was done, whatever the target says, within 500 characters and without personal data', () => {
    const unread: Effect = { ...down, detail: `jane@example.com ${'x'.repeat(2000)}` }
    const name = (n: number) =>
      `project/3c90c3cc-0d44-4b50-8888-8dd25736052a/3c90c3cc-0d44-4b50-8888-8dd25736052${n}`
    const gaveUp = verdict(found({ unread, enqueued: [name(1)], members: [name(2), name(3), name(4)] }), late)
    const { detail } = (gaveUp as { letter: { detail: string } }).letter
    expect(detail).toMatch(/^read_failed: \[e-mail\] x+; on the queue: the change of /)
    for (const n of [1, 2, 3]) expect(detail).toContain(name(n))
    expect(detail).toMatch(/ and 1 more$/)
    expect(detail.length).toBeLessThanOrEqual(500)
  })
})
