import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { compareVersions } from '../../../functions/core/event/version.ts'
import { type Closed, close, closeRestored } from '../../../functions/core/ledger/close-entry.ts'
import type { Entry } from '../../../functions/core/ledger/ledger-entry.ts'
import { open } from '../../../functions/core/ledger/open-entry.ts'
import type { Effect } from '../../../functions/core/outcome/effect.ts'
import {
  anyAttempt,
  anyEffect,
  anyEntry,
  anyTime,
  attemptOf,
  effects,
  member,
  rules,
} from '../../support/entries.ts'

const entryIn = (closed: Closed): Entry | undefined => (closed.kind === 'lost' ? undefined : closed.entry)
const restoring: typeof close = (entry, attempt, effect, now, given) =>
  closeRestored(entry, attempt, effects.refused, effect, now, given)

/** Holds a check against what closing makes of any entry, attempt, effect and time. */
const afterAnyClose = (check: (closed: Closed, entry: Entry, effect: Effect, time: number) => void) =>
  fc.property(
    fc.constantFrom(close, restoring),
    anyEntry,
    anyAttempt('mine'),
    anyEffect,
    anyTime,
    (move, entry, attempt, effect, time) =>
      check(move(entry, attempt, effect, time, rules), entry, effect, time),
  )

test('whatever the entry: closing adds one to rev, ends the lease or goes on under it, and forgets no landing', () => {
  fc.assert(
    afterAnyClose((closed, entry, effect, time) => {
      expect(closed.kind === 'lost').toBe(entry.lease?.holder !== 'mine')
      const next = entryIn(closed)
      if (!next) return
      expect(next.rev).toBe(entry.rev + 1)
      expect(next.lease?.holder).toBe(closed.kind === 'restore' ? 'mine' : undefined)
      const landing = entry.unanswered?.until ?? 0
      if (landing > time) expect(next.unanswered?.until).toBeGreaterThanOrEqual(landing)
      if (next.failures < entry.failures) expect(effect.kind).toBe('proven')
    }),
    { numRuns: 1000 },
  )
})

test('an entry stops being unproven only by a proof', () => {
  fc.assert(
    afterAnyClose((closed, entry, effect) => {
      const next = entryIn(closed)
      if (next && entry.unproven && !next.unproven) expect(effect.kind).toBe('proven')
      if (next && effect.kind === 'unknown') expect(next.unproven).toBe(entry.lease?.event)
    }),
  )
})

interface Step {
  readonly n: number
  readonly desired: 'a' | 'b'
  readonly afterMs: number
  readonly effect: Parameters<typeof close>[2]
  readonly crash: boolean
}

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    n: fc.integer({ min: 1, max: 5 }),
    desired: fc.constantFrom('a' as const, 'b' as const),
    afterMs: fc.integer({ min: 1, max: 90_000 }),
    effect: anyEffect,
    crash: fc.boolean(),
  }),
  { maxLength: 25 },
)

test('over any run of attempts: applied never goes back, and no write starts that another may land on', () => {
  fc.assert(
    fc.property(steps, fc.boolean(), (run, repeatable) => {
      let entry: Entry | undefined
      let now = 0
      const landings: { readonly until: number; readonly state: string }[] = []
      for (const [index, step] of run.entries()) {
        now += step.afterMs
        const given = { ...rules, repeatable }
        const attempt = attemptOf(step.n, { roleId: step.desired }, { holder: `h${index}` })
        const opened = open(entry, member, attempt, now, given)
        if (opened.kind !== 'send') continue

        const foreign = landings.filter(
          ({ until, state }) => until > now && !(repeatable && state === step.desired),
        )
        expect(foreign).toEqual([])
        const before = entry?.applied
        entry = opened.entry
        if (step.crash) {
          landings.push({ until: (entry.lease?.until as number) + rules.landWithinMs, state: step.desired })
          continue
        }
        now += 10_000
        if (step.effect.kind === 'unknown' && !step.effect.answered) {
          landings.push({ until: now + rules.landWithinMs, state: step.desired })
        }
        const closed = close(entry, attempt, step.effect, now, given)
        entry = entryIn(closed)
        if (closed.kind === 'restore') entry = entryIn(restoring(entry, attempt, step.effect, now, given))
        expect(entry?.lease).toBeUndefined()
        if (before) {
          expect(compareVersions(entry?.applied?.version as never, before.version)).toBeGreaterThanOrEqual(0)
        }
      }
    }),
    { numRuns: 500 },
  )
})
