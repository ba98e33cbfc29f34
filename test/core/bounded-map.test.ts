import { expect, test } from '@jest/globals'
import { BoundedMap } from '../../functions/core/bounded-map.ts'

const filled = (most: number, count: number) => {
  const map = new BoundedMap<number, string>(most)
  for (let key = 1; key <= count; key++) map.set(key, `value ${key}`)
  return map
}

test('a bounded map keeps all entries up to its bound', () => {
  expect([...filled(20, 20).keys()]).toEqual(Array.from({ length: 20 }, (_, index) => index + 1))
})

test('beyond its bound it drops the tenth of its entries that were set longest ago', () => {
  expect([...filled(20, 21).keys()]).toEqual(Array.from({ length: 19 }, (_, index) => index + 3))
  expect(filled(3, 4).size).toBe(3)
})

test('an entry that is set anew counts as the newest', () => {
  const map = filled(20, 20)
  map.set(1, 'again')
  map.set(21, 'new')
  expect(map.get(1)).toBe('again')
  expect([2, 3, 4].filter(key => map.has(key))).toEqual([4])
})

test('without a bound it drops nothing', () => {
  expect(filled(Number.POSITIVE_INFINITY, 1000).size).toBe(1000)
})
