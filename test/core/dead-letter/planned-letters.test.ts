import { isDeepStrictEqual } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { sha256 } from '../../../functions/aws/sha256.ts'
import { parsePlan } from '../../../functions/core/dead-letter/plan-file.ts'
import {
  isIntact,
  type LetterVerdict,
  type PlannedLetter,
  planLetter,
  planOf,
} from '../../../functions/core/dead-letter/planned-letters.ts'
import { reasons } from '../../../functions/core/dead-letter/reason.ts'
import type { ParsedEvent } from '../../../functions/core/event/event.ts'
import type { Entry } from '../../../functions/core/ledger/ledger-entry.ts'
import { open } from '../../../functions/core/ledger/open-entry.ts'
import { anyEntry, anyTime, appliedOf, attemptOf, b, entryOf, member, rules } from '../../support/entries.ts'
import { bodyOf, organization, parse, personData, projectId } from '../../support/events.ts'

/** The n-th change of the member, parsed. */
const parsedOf = (n: number): ParsedEvent => {
  const { version, desired } = attemptOf(n)
  const named = { event: version.id, source: version.source, target: 'wacht', member }
  return { ok: true, named, change: { target: 'wacht', member, desired, version } }
}
const letter = { messageId: 'm5', reason: 'not_found' as const }
const now = 10_000
const planned = (entry: Entry | undefined, n = 5): LetterVerdict =>
  planLetter(letter, parsedOf(n), entry, now)
const lease = { holder: 'h', until: now + 5000, event: 'e9', desired: b }

describe('the verdict on a change that a guard holds', () => {
  const held = { messageId: 'm5', reason: 'held' as const }
  const verdictOn = (entry: Entry | undefined) => planLetter(held, parsedOf(5), entry, now).verdict
  test('is held, also while a write may still land', () => {
    expect(planLetter(held, parsedOf(5), undefined, now)).toEqual({
      verdict: 'held',
      detail: 'needs an approval: role-sync hold approve',
    })
    expect(verdictOn(entryOf({ lease }))).toBe('held')
  })
  test('is what a newer change makes of it', () =>
    expect(verdictOn(entryOf({ applied: appliedOf(6) }))).toBe('superseded'))
  test('is counted only where there is one', () => {
    const one = {
      ...planned(undefined),
      messageId: 'm',
      reason: 'held',
      sentAt: 0,
      bodyHash: '',
      rev: 0,
    } as const
    const counts = (verdict: 'apply' | 'held') =>
      planOf([{ ...one, ...named, verdict }], '', text => text).counts
    expect([counts('held').held, counts('apply')]).toEqual([
      1,
      { apply: 1, superseded: 0, duplicate: 0, invalid: 0, undecided: 0 },
    ])
  })
})
const named = { event: 'e5', source: 's', target: 'wacht', member }

describe('the verdict on the fifth change of a member', () => {
  test.each<[situation: string, entry: Entry | undefined, verdict: LetterVerdict]>([
    ['is apply where nothing is known of the member', undefined, { verdict: 'apply' }],
    ['is apply where something older is in effect', entryOf({ applied: appliedOf(4) }), { verdict: 'apply' }],
    [
      'is superseded where something newer is in effect',
      entryOf({ applied: appliedOf(6) }),
      { verdict: 'superseded', by: 'e6', since: 500 },
    ],
    [
      'is duplicate where it is itself in effect',
      entryOf({ applied: { ...appliedOf(5), message: 'another' } }),
      { verdict: 'duplicate', by: 'e5', since: 500 },
    ],
    [
      'is duplicate where this very message was applied, and crashed before it was deleted',
      entryOf({ applied: appliedOf(5) }),
      { verdict: 'duplicate', by: 'e5', since: 500 },
    ],
    [
      'is duplicate, and says so, where another content is in effect under its version',
      entryOf({ applied: appliedOf(5, b) }),
      {
        ...{ verdict: 'duplicate', by: 'e5', since: 500 },
        detail: 'an event of the same version with another state is applied',
      },
    ],
    [
      'is superseded whatever else the entry says',
      entryOf({ applied: appliedOf(6), lease, unproven: 'e9', unanswered: { until: now + 1, desired: b } }),
      { verdict: 'superseded', by: 'e6', since: 500 },
    ],
    [
      'is undecided while somebody writes',
      entryOf({ lease }),
      { verdict: 'undecided', detail: 'event e9 is being written until 1970-01-01T00:00:15.000Z' },
    ],
    [
      'is undecided while an unanswered write may land, be it its own',
      entryOf({ unanswered: { until: now + 1, desired: b }, unproven: 'e5' }),
      {
        verdict: 'undecided',
        detail: 'a write that was not answered may still land until 1970-01-01T00:00:10.001Z',
      },
    ],
    [
      'is undecided while the write of another event is unproven',
      entryOf({ unproven: 'e4' }),
      { verdict: 'undecided', detail: 'the write of event e4 is unproven' },
    ],
    [
      'is undecided while another event left a lease behind',
      entryOf({ lease: { ...lease, until: now } }),
      { verdict: 'undecided', detail: 'the write of event e9 is unproven' },
    ],
    [
      'is apply where its own write is unproven: only a replay settles that',
      entryOf({ unproven: 'e5', unanswered: { until: now, desired: b } }),
      { verdict: 'apply' },
    ],
    [
      'is apply where it left a lease behind itself: that is how it crashed',
      entryOf({ lease: { ...lease, until: now, event: 'e5' }, unproven: 'e4' }),
      { verdict: 'apply' },
    ],
  ])('%s', (_, entry, verdict) => {
    expect(planned(entry)).toEqual(verdict)
  })
  test('is invalid where the event is, by the schema and the catalogue of today', () => {
    const named = { event: null, source: null, target: null, member: null }
    const parsed: ParsedEvent = {
      ok: false,
      named,
      reason: 'unknown_role',
      detail: 'data.role: no such role',
    }
    expect(planLetter(letter, parsed, undefined, now)).toEqual({
      verdict: 'invalid',
      detail: 'unknown_role: data.role: no such role',
    })
  })
})

test('a letter that names a person is applied: its members are found when it is replayed', () => {
  const parsed = parse(bodyOf({ data: personData }))
  expect(planLetter(letter, parsed, undefined, now)).toEqual({
    verdict: 'apply',
    detail: `role-sync searches the person in wacht/${organization}, project/${projectId}`,
  })
})

describe('whatever the entry', () => {
  const any = [fc.option(anyEntry, { nil: undefined }), fc.integer({ min: 1, max: 9 }), anyTime] as const

  test('a letter is removed only where the function itself would finish it without a call', () => {
    fc.assert(
      fc.property(...any, (entry, n, time) => {
        const { verdict } = planLetter(letter, parsedOf(n), entry, time)
        const opened = open(entry, member, attemptOf(n, undefined, { message: 'm5' }), time, rules)
        expect(verdict === 'superseded' || verdict === 'duplicate').toBe(opened.kind === 'finished')
      }),
    )
  })
  test('a letter is never sent while somebody writes, or while a write may land', () => {
    fc.assert(
      fc.property(...any, (entry, n, time) => {
        if (planLetter(letter, parsedOf(n), entry, time).verdict !== 'apply') return
        expect((entry?.lease?.until ?? 0) <= time).toBe(true)
        expect((entry?.unanswered?.until ?? 0) <= time).toBe(true)
      }),
    )
  })
  test('no verdict is final but those that the ledger can only confirm: what is applied only grows', () => {
    fc.assert(
      fc.property(...any, fc.integer({ min: 0, max: 4 }), (entry, n, time, later) => {
        const { verdict } = planLetter(letter, parsedOf(n), entry, time)
        if (verdict !== 'superseded' && verdict !== 'duplicate') return
        const newest = Number(entry?.applied?.event.slice(1)) + later
        const grown = entryOf({ applied: later > 0 ? appliedOf(newest) : entry!.applied! })
        expect(['superseded', 'duplicate']).toContain(planLetter(letter, parsedOf(n), grown, time).verdict)
      }),
    )
  })
})

const hash = (text: string): string => `${text.length}:${text}`
const request = { method: 'PATCH', url: 'http://w/1', body: { role_id: '1' } }
const required = [
  ...(['messageId', 'event', 'source', 'target', 'member', 'reason'] as const),
  ...(['verdict', 'sentAt', 'bodyHash', 'rev'] as const),
]
const anyPlanned: fc.Arbitrary<PlannedLetter> = fc
  .record(
    {
      messageId: fc.uuid(),
      event: fc.option(fc.string()),
      source: fc.option(fc.string()),
      target: fc.option(fc.constantFrom('wacht', 'project')),
      member: fc.option(fc.string()),
      reason: fc.constantFrom(...reasons, 'crashed' as const),
      unproven: fc.constant(true as const),
      verdict: fc.constantFrom('apply' as const, 'superseded' as const, 'invalid' as const),
      by: fc.string(),
      since: fc.nat(),
      detail: fc.string(),
      sentAt: fc.nat(),
      bodyHash: fc.string(),
      rev: fc.nat(),
      version: fc.record(
        {
          ...{ time: fc.string(), sequence: fc.string(), source: fc.string(), id: fc.string() },
          ...{ from: fc.string({ maxLength: 64, minLength: 1 }), end: fc.constant(true as const) },
        },
        { noNullPrototype: true, requiredKeys: ['time', 'sequence', 'source', 'id'] },
      ),
    },
    { noNullPrototype: true, requiredKeys: required },
  )
  .map(fields => fields as PlannedLetter)
const anyLetters = fc.uniqueArray(anyPlanned, { selector: ({ messageId }) => messageId, maxLength: 20 })

describe('a plan', () => {
  test('is the same whatever the order in which its letters were looked at', () => {
    fc.assert(
      fc.property(anyLetters, letters => {
        expect(planOf(letters.toReversed(), 'now', hash)).toEqual(planOf(letters, 'now', hash))
      }),
    )
  })
  test('has the oldest letter first, and letters of one age by their ids', () => {
    const [any] = fc.sample(anyPlanned, 1) as [PlannedLetter]
    const of = (sentAt: number, messageId: string) => ({ ...any, sentAt, messageId })
    const { letters } = planOf([of(2, 'a'), of(1, 'd'), of(1, 'c'), of(3, 'b')], 'now', hash)
    expect(letters.map(({ messageId }) => messageId)).toEqual(['c', 'd', 'a', 'b'])
  })
  test('counts every letter once, by its verdict', () => {
    fc.assert(
      fc.property(anyLetters, letters => {
        const { counts } = planOf(letters, 'now', hash)
        expect(Object.values(counts).reduce((a, b) => a + b)).toBe(letters.length)
        for (const { verdict } of letters) expect(counts[verdict]).toBeGreaterThan(0)
      }),
    )
  })
  test('comes out of its file as it went in, whatever the order of the keys there', () => {
    fc.assert(
      fc.property(anyLetters, letters => {
        const plan = planOf(letters, 'now', hash)
        const turned = JSON.parse(JSON.stringify(plan), (_, value) =>
          value && typeof value === 'object' && !Array.isArray(value)
            ? Object.fromEntries(Object.entries(value).reverse())
            : value,
        )
        expect(parsePlan(turned, hash)).toEqual({ ok: true, value: plan })
        expect(isIntact(turned, hash)).toBe(true)
      }),
    )
  })
  test('may carry more for people, which is left out', () => {
    const plan = planOf([], 'now', hash)
    expect(parsePlan({ ...plan, comment: 'looks good' }, hash)).toEqual({ ok: true, value: plan })
  })
  test('has in its hash all that is shown beside each letter', () => {
    const anyShown = fc.dictionary(fc.constantFrom('request', 'holds', 'x'), fc.jsonValue({ maxDepth: 3 }))
    fc.assert(
      fc.property(anyPlanned, anyShown, anyShown, (letter, shown, other) => {
        const [as, otherwise] = [shown, other].map(one => JSON.parse(JSON.stringify(one)) as object)
        const plan = planOf([letter], 'now', sha256, { beside: () => as })
        const isTaken = (beside: object | undefined) =>
          parsePlan({ ...plan, letters: [{ ...letter, ...beside }] }, sha256).ok
        expect(isTaken(as)).toBe(true)
        expect(isTaken(otherwise)).toBe(isDeepStrictEqual(as, otherwise))
      }),
    )
  })
  test.each([
    ['the request is another', { request: { method: 'PATCH', url: 'http://w/2', body: { role_id: '1' } } }],
    ['the body of the request is another', { request: { ...request, body: { role_id: '2' } } }],
    ['the request is left out', {}],
    ['something is added', { request, holds: { kind: 'wanted' } }],
    ['something is added under a name of every object', { request, constructor: { x: 1 } }],
  ])('is refused where %s', (_, shown) => {
    const [letter] = fc.sample(anyPlanned, 1) as [PlannedLetter]
    const plan = planOf([letter], 'now', sha256, { beside: () => ({ request }) })
    const file = (beside: object) => ({ ...plan, letters: [{ ...letter, ...beside }] })
    expect(parsePlan(file({ request }), sha256)).toEqual({ ok: true, value: plan })
    expect(parsePlan(file(shown), sha256)).toEqual({
      ok: false,
      problems: ['hash: is not that of the plan, which was changed after it was made'],
    })
  })
  test('that was changed after it was made is refused, whatever was changed', () => {
    fc.assert(
      fc.property(anyLetters, anyPlanned, (letters, another) => {
        const plan = planOf(letters, 'now', hash)
        expect(isIntact({ ...plan, letters: [...plan.letters, another] }, hash)).toBe(false)
        expect(isIntact({ ...plan, plannedAt: 'later' }, hash)).toBe(false)
        const [first, ...rest] = plan.letters
        if (first)
          expect(isIntact({ ...plan, letters: [{ ...first, rev: first.rev + 1 }, ...rest] }, hash)).toBe(
            false,
          )
      }),
    )
  })
  test.each([
    [null, '(plan): must be a plan of role-sync'],
    [{ hash: 1 }, 'hash: '],
    [{ plannedAt: 'later' }, 'hash: is missing'],
  ])('that is %j is refused', (content, problem) => {
    const parsed = parsePlan(content, hash)
    expect(parsed.ok ? [] : parsed.problems[0]).toContain(problem)
  })
  test('that is not what was hashed is refused, and why', () => {
    expect(parsePlan({ ...planOf([], 'now', hash), plannedAt: 'later' }, hash)).toEqual({
      ok: false,
      problems: ['hash: is not that of the plan, which was changed after it was made'],
    })
  })
})
