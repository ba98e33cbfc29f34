import { describe, expect, test } from '@jest/globals'
import {
  afterWrite,
  type DeferredCause,
  type Effect,
  type Health,
  healthOf,
  isThrottled,
  withinGrace,
} from '../../../functions/core/outcome/effect.ts'
import { effects } from '../../support/entries.ts'

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

describe('of the target as a whole', () => {
  const all: Record<DeferredCause, Health> = {
    ...{ not_found: 'well', not_now: 'well' },
    ...{ no_time: 'unsaid', breaker_open: 'unsaid', resting: 'unsaid', throttled: 'unsaid' },
    ...{ owners_unread: 'unsaid', owners_busy: 'unsaid', due_unavailable: 'unsaid' },
    ...{ credentials_rejected: 'ill', no_credentials: 'ill', read_failed: 'ill', unreachable: 'ill' },
  }
  test.each(Object.entries(all))('deferred %s says: %s', (cause, health) => {
    expect(healthOf({ kind: 'deferred', cause: cause as DeferredCause, detail: '' })).toBe(health)
  })
  test('what was proven or refused says that it is well, what is unknown that it is ill', () => {
    expect(healthOf(effects.proven)).toBe('well')
    expect(healthOf(effects.refused)).toBe('well')
    expect(healthOf(effects.answered)).toBe('ill')
    expect(healthOf(effects.unanswered)).toBe('ill')
  })
  test('a 429 to the read-back says that there were too many calls, and not that it is ill', () => {
    const taken = afterWrite(effects.deferred, 'read_back_failed')
    expect(isThrottled(taken)).toBe(true)
    expect(healthOf(taken)).toBe('unsaid')
    const others = [effects.proven, effects.refused, effects.answered, effects.unanswered]
    expect(others.map(isThrottled)).toEqual([false, false, false, false])
  })
})
