import { describe, expect, test } from '@jest/globals'
import { causeOf } from '../../../functions/core/outcome/effect.ts'
import { notAList } from '../../../functions/core/outcome/http-answer.ts'
import { aboutMember, type Judgement } from '../../../functions/core/outcome/judge.ts'
import { doneBy } from '../../../functions/core/outcome/verdict.ts'
import { noon } from '../../support/events.ts'

describe('an answer to a write', () => {
  const accepted = (json: unknown): Judgement => ({ ok: true, status: 201, json })
  test.each([
    ['the same id', { id: 'ab-1', role: 'x' }],
    ['the same id in other letters', { id: 'AB-1' }],
    ['no id', { role: 'x' }],
    ['an id that is no text', { id: 7 }],
  ])('with %s is about the member', (_, json) => {
    const written = accepted(json)
    expect(aboutMember(written, 'Ab-1')).toBe(written)
  })
  test('with the id of another member counts as unreadable, and the id is not told: it may be a secret', () => {
    expect(aboutMember(accepted({ id: 'ab-2' }), 'ab-1')).toEqual({
      ok: false,
      body: 'unreadable',
      effect: {
        ...{ kind: 'unknown', cause: 'unreadable', answered: true, status: 201 },
        detail: 'the answer is about another member',
      },
    })
  })
  test('that was not accepted stays as it is judged', () => {
    const effect = { kind: 'refused', reason: 'rejected', status: 400, detail: 'no' } as const
    const refused: Judgement = { ok: false, effect }
    expect(aboutMember(refused, 'ab-1')).toBe(refused)
    expect(causeOf(effect)).toBe('rejected')
    expect(causeOf({ kind: 'deferred', cause: 'throttled', detail: 'later' })).toBe('throttled')
  })
})

describe('an answer that is no list of members', () => {
  test('loses its body and says why', () => {
    expect(notAList({ kind: 'answered', status: 200, json: {} })).toEqual({
      ...{ kind: 'answered', status: 200, unreadable: { why: 'not a list of members' } },
    })
  })
  test('keeps the reason that it had', () => {
    const unreadable = { why: 'not JSON' } as const
    expect(notAList({ kind: 'answered', status: 200, unreadable })).toEqual({
      ...{ kind: 'answered', status: 200, unreadable },
    })
  })
})

test('a change that the ledger finishes is applied since its proof, or names what is applied instead', () => {
  const version = { time: '2026-11-23T09:00:00', sequence: '', source: '//hr', id: 'e' }
  const by = { version, event: 'e', message: 'm', desired: {}, at: noon }
  expect(doneBy({ kind: 'finished', outcome: 'applied', by, differs: false })).toEqual({
    ...{ kind: 'done', outcome: 'applied', proof: by },
  })
  expect(doneBy({ kind: 'finished', outcome: 'superseded', by, differs: true })).toEqual({
    ...{ kind: 'done', outcome: 'superseded', by: 'e', differs: true },
  })
})
