import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Finding } from '../../functions/core/findings.ts'
import { scopeName } from '../../functions/core/person.ts'
import { begin, none, progressAfter } from '../../functions/core/progress.ts'
import { effects } from '../support/entries.ts'

const scopes = ['1', '2', '3'].map(scope => ({ target: 'wacht', scope }))
const [one, two, three] = scopes as [(typeof scopes)[0], (typeof scopes)[0], (typeof scopes)[0]]

describe('an attempt begins where the last one ended', () => {
  test('with every scope, in their order, when it is the first', () => {
    expect(begin(scopes, none, 0)).toEqual({ settled: [], left: scopes })
  })
  test('without the scopes whose member was told', () => {
    expect(begin(scopes, { told: ['wacht/2/7'], without: {} }, 0)).toEqual({
      settled: [{ kind: 'told', scope: 'wacht/2', member: 'wacht/2/7' }],
      left: [one, three],
    })
  })
  test('without a list that was read when nobody could still join, and not before', () => {
    const without = { 'wacht/1': { at: 99, listed: 4 }, 'wacht/2': { at: 100, listed: 5 } }
    expect(begin(scopes, { told: [], without }, 100)).toEqual({
      settled: [{ kind: 'searched', scope: 'wacht/2', members: [], listed: 5 }],
      left: [three, one],
    })
  })
  test('with the list that was read longest ago', () => {
    const without = {
      'wacht/1': { at: 9, listed: 1 },
      'wacht/2': { at: 3, listed: 1 },
      'wacht/3': { at: 5, listed: 1 },
    }
    expect(begin(scopes, { told: [], without }, 100).left).toEqual([two, three, one])
  })
})

test('an attempt that found nothing out leaves nothing behind', () => {
  expect(progressAfter(none, [], 50)).toEqual({ told: [], without: {} })
})

test('what was found is told, what holds nobody was read, what could not be read is as it was', () => {
  const before = { told: ['wacht/9/1'], without: { 'wacht/8': { at: 1, listed: 1 } } }
  const findings: Finding[] = [
    { kind: 'told', scope: 'wacht/9', member: 'wacht/9/1' },
    { kind: 'remembered', scope: 'wacht/1', member: 'wacht/1/7' },
    { kind: 'searched', scope: 'wacht/2', members: ['wacht/2/7'], listed: 3 },
    { kind: 'searched', scope: 'wacht/3', members: [], listed: 4 },
    { kind: 'unread', scope: 'wacht/4', effect: effects.deferred },
  ]
  expect(progressAfter(before, findings, 50)).toEqual({
    told: ['wacht/9/1', 'wacht/1/7', 'wacht/2/7'],
    without: { 'wacht/8': { at: 1, listed: 1 }, 'wacht/3': { at: 50, listed: 4 } },
  })
})

test('no scope is lost or looked at twice, however far the search has come', () => {
  const some = fc.subarray(scopes)
  fc.assert(
    fc.property(some, some, fc.nat(9), (found, empty, at) => {
      const findings: Finding[] = [
        ...found.map(scope => ({
          kind: 'remembered' as const,
          scope: scopeName(scope),
          member: `${scopeName(scope)}/7`,
        })),
        ...empty.map(scope => ({
          kind: 'searched' as const,
          scope: scopeName(scope),
          members: [],
          listed: 1,
        })),
      ]
      const { settled, left } = begin(scopes, progressAfter(none, findings, at), 5)
      expect([...settled.map(({ scope }) => scope), ...left.map(scopeName)].toSorted()).toEqual(
        scopes.map(scopeName),
      )
    }),
  )
})
