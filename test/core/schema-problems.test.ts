import { expect, test } from '@jest/globals'
import * as v from 'valibot'
import { mostOfAnEvent, problemsOf } from '../../functions/core/schema-problems.ts'

const schema = v.record(v.string(), v.pipe(v.number('must be a number'), v.maxValue(9, 'must be at most 9')))
const problems = (content: unknown, most?: number) =>
  problemsOf(v.safeParse(schema, content).issues ?? [], '(all)', most)
/** An object of so many keys, each of them wrong. */
const wrong = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`k${n}`, 'x']))

test('a problem is a path and a rule', () => {
  expect(problems({ a: 1, b: 'x', c: 10 })).toEqual(['b: must be a number', 'c: must be at most 9'])
})

test('of the whole it says so', () => {
  expect(problems(7)).toEqual([expect.stringMatching(/^\(all\): /)])
})

test('a path has its parts in order, each cut to 64 characters', () => {
  const { issues } = v.safeParse(v.object({ a: schema }), { a: { ['x'.repeat(65)]: 'y' } })
  expect(problemsOf(issues ?? [], '(all)')).toEqual([`a.${'x'.repeat(64)}: must be a number`])
})

test('the same problem is told once', () => {
  const twice = v.pipe(
    v.number(),
    v.minValue(1, 'must be 1'),
    v.maxValue(1, 'must be 1'),
    v.integer('must be 1'),
  )
  expect(problemsOf(v.safeParse(twice, 1.5).issues ?? [], '(all)')).toEqual(['(all): must be 1'])
})

test('what is not there and what should not be is told so', () => {
  const strict = v.strictObject({
    a: v.number('must be a number'),
    b: v.pipe(v.string(), v.minLength(20, 'is short')),
  })
  const { issues } = v.safeParse(strict, { b: 'undefined', c: 1 })
  expect(problemsOf(issues ?? [], '(all)')).toEqual([
    'a: is missing',
    'b: is short',
    'c: is not a known field',
  ])
})

test('no more are told than are wanted, and how many there are beside them', () => {
  expect(problems(wrong(mostOfAnEvent), mostOfAnEvent)).toHaveLength(5)
  expect(problems(wrong(6), 5)).toEqual([...problems(wrong(5)), 'and 1 more'])
  expect(problems(wrong(17), 5).at(-1)).toBe('and 12 more')
  expect(problems(wrong(17))).toHaveLength(17)
})
