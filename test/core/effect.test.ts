import { describe, expect, test } from '@jest/globals'
import {
  afterWrite,
  type DeferredCause,
  type Effect,
  isOutage,
  withinGrace,
} from '../../functions/core/effect.ts'
import { effects } from '../support/entries.ts'

const notFound: Effect = { kind: 'refused', reason: 'not_found', status: 404, detail: '404: gone' }

describe('within the grace', () => {
  test('a member that is not found may be a joiner: deferred', () => {
    expect(withinGrace(notFound)).toEqual({
      kind: 'deferred',
      cause: 'not_found',
      status: 404,
      detail: '404: gone',
    })
  })
  test.each(Object.entries(effects))('%s stays what it is', (_, effect) =>
    expect(withinGrace(effect)).toBe(effect),
  )
})

describe('after one write of the attempt was taken', () => {
  const causes = ['partly_written', 'read_back_failed'] as const
  test.each(causes)('%s: nothing is refused or deferred any more', cause => {
    for (const effect of [effects.refused, { ...effects.deferred, delayMs: 7000 }, notFound]) {
      const after = afterWrite(effect, cause)
      expect(after).toMatchObject({ kind: 'unknown', cause, answered: true, detail: effect.detail })
      expect(after).toMatchObject('delayMs' in effect ? { delayMs: 7000 } : { status: effect.status })
    }
  })
  test('what was refused is unknown to the letter', () => {
    const { status, detail } = effects.refused
    const after = { kind: 'unknown', cause: 'partly_written', answered: true, status, detail }
    expect(afterWrite(effects.refused, 'partly_written')).toEqual(after)
  })
  test.each(causes)('%s: a proof stays one', cause =>
    expect(afterWrite(effects.proven, cause)).toBe(effects.proven),
  )
  test('a second write that is not answered may still land', () => {
    expect(afterWrite(effects.unanswered, 'partly_written')).toBe(effects.unanswered)
  })
  test('a read-back that is not answered has nothing to land', () => {
    expect(afterWrite(effects.unanswered, 'read_back_failed')).toMatchObject({
      kind: 'unknown',
      answered: true,
    })
  })
})

describe('an outage is what speaks of the target as a whole', () => {
  const all: Record<DeferredCause, boolean> = {
    ...{ not_found: false, not_now: false, no_time: false, breaker_open: false, resting: false },
    ...{
      credentials_rejected: true,
      no_credentials: true,
      throttled: true,
      read_failed: true,
      unreachable: true,
    },
  }
  test.each(Object.entries(all))('deferred %s: %s', (cause, outage) => {
    expect(isOutage({ kind: 'deferred', cause: cause as DeferredCause, detail: '' })).toBe(outage)
  })
  test('all that is unknown, nothing that was proven or refused', () => {
    const found = Object.entries(effects).filter(([, effect]) => isOutage(effect))
    expect(found.map(([name]) => name)).toEqual(['deferred', 'answered', 'unanswered'])
  })
})
