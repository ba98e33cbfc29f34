import { expect, test } from '@jest/globals'
import type { Grounds } from '../../functions/core/dead-letter/reason.ts'
import type { Instant } from '../../functions/core/event/instant.ts'
import type { Final } from '../../functions/core/outcome/verdict.ts'
import { exposureOf, outcomeOf } from '../../functions/sync/outcome-record.ts'
import { appliedOf } from '../support/entries.ts'
import { noon } from '../support/events.ts'

const nine = '2026-11-23T09:00:00' as Instant
const done = (fields: Partial<Extract<Final, { kind: 'done' }>>): Final => ({
  ...{ kind: 'done', outcome: 'applied', ...fields },
})
const dead = (fields: Partial<Grounds> = {}): Final => ({
  ...{ kind: 'dead', letter: { reason: 'rejected', detail: 'no', ...fields } },
})

test.each<[string, Final, object]>([
  [
    'a change that is proven now',
    done({ status: 200, proof: { ...appliedOf(1), at: noon } }),
    { status: 200, ...took(5000) },
  ],
  [
    'a change that is proven by this attempt',
    done({ proof: { ...appliedOf(1), at: noon }, attempt: { durationMs: 7, calls: 1, spanId: 's' } }),
    { ...took(5000), durationMs: 7, calls: 1, spanId: 's' },
  ],
  ['a change that was proven before', done({ proof: { ...appliedOf(1), at: noon } }), took(5000)],
  [
    'a duplicate',
    done({ outcome: 'duplicate', by: 'e1', differs: false }),
    { outcome: 'duplicate', by: 'e1' },
  ],
  [
    'a duplicate with another content',
    done({ outcome: 'duplicate', by: 'e1', differs: true }),
    { outcome: 'duplicate', by: 'e1', differs: true },
  ],
  [
    'a change that a guard in shadow mode would have held',
    done({ proof: { ...appliedOf(1), at: noon, wouldHold: 'burst' } }),
    { ...took(5000), wouldHold: 'burst' },
  ],
  [
    'a shadowed change',
    done({ outcome: 'shadow', shadow: { wouldHold: 'protected', shows: 'differs', shown: { roleId: '1' } } }),
    { outcome: 'shadow', wouldHold: 'protected', shows: 'differs' },
  ],
  ['a person', done({ outcome: 'resolved', events: 2 }), { outcome: 'resolved', events: 2 }],
  [
    'a person who is not everywhere',
    done({ outcome: 'resolved', events: 1, detail: 'not in x' }),
    { outcome: 'resolved', events: 1, detail: 'not in x' },
  ],
])('%s: the line says what there is to say, and has no empty field', (_, verdict, told) => {
  expect(outcomeOf(verdict, noon - 5000, nine)).toStrictEqual({
    ...{ outcome: 'applied' },
    ...told,
  })
})

test.each<[string, Final, object]>([
  ['with a status', dead({ status: 422 }), { status: 422 }],
  ['without one', dead(), {}],
  ['that is proven to have had no effect', dead({ unproven: false }), {}],
  ['that is not', dead({ unproven: true }), { unproven: true }],
])('a dead letter %s: the same', (_, verdict, told) => {
  const base = { outcome: 'dead', reason: 'rejected', detail: 'no' }
  expect(outcomeOf(verdict, noon, nine)).toStrictEqual({ ...base, ...told })
})

test('a change that a guard holds is no dead letter: the line names the guard', () => {
  const held = dead({ reason: 'held', guard: 'protected', unproven: false })
  expect(outcomeOf(held, noon, nine)).toStrictEqual({ outcome: 'held', guard: 'protected', detail: 'no' })
})

test('of an event whose time could not be read it is not said how long it took', () => {
  expect(outcomeOf(done({ proof: { ...appliedOf(1), at: noon } }), noon - 5000)).toStrictEqual({
    ...{ outcome: 'applied', effectMs: 5000 },
  })
})

test('what is long is cut: 500 characters', () => {
  const detail = 'x '.repeat(400)
  expect({ done: outcomeOf(done({ detail }), noon), dead: outcomeOf(dead({ detail }), noon) }).toMatchObject({
    done: { detail: detail.slice(0, 500) },
    dead: { detail: detail.slice(0, 500) },
  })
})

function took(effectMs: number) {
  return { effectMs, timeToEffectMs: 3 * 3_600_000 }
}

test('a withdrawal is open until it is proven: while it waits, and as a dead letter', () => {
  const eleven = noon - 3_600_000
  const since = (time: string) => noon - Date.parse(`${time}Z`)
  const proof = { ...appliedOf(1), at: eleven }
  expect({
    waits: exposureOf(nine, { kind: 'retry', afterMs: 1, cause: 'busy' }, noon),
    dead: exposureOf(nine, dead(), noon),
    applied: exposureOf(nine, done({ proof }), noon),
    superseded: exposureOf(nine, done({ outcome: 'superseded', by: 'e' }), noon),
    early: exposureOf('2026-11-23T12:00:01' as Instant, dead(), noon),
  }).toEqual({
    waits: { exposureMs: since(nine) },
    dead: { exposureMs: since(nine) },
    applied: { exposureMs: since(nine) - 3_600_000 },
    superseded: undefined,
    early: { exposureMs: 0 },
  })
})
