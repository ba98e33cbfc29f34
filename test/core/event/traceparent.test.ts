import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  newSpanId,
  parseTraceparent,
  traceOf,
  traceparentOf,
} from '../../../functions/core/event/traceparent.ts'
import { bodyOf } from '../../support/events.ts'

const traceId = '0af7651916cd43dd8448eb211c80319c'
const parentId = 'b7ad6b7169203331'
const good = `00-${traceId}-${parentId}-01`

describe('a traceparent', () => {
  test.each([
    ['sampled', good, 1],
    ['not sampled', `00-${traceId}-${parentId}-00`, 0],
    ['with the flag of a random id', `00-${traceId}-${parentId}-03`, 3],
    ['with flags that nobody defined yet, which do not go on', `00-${traceId}-${parentId}-fd`, 1],
    ['of a later version', `01-${traceId}-${parentId}-01`, 1],
    ['of a later version that says more', `cc-${traceId}-${parentId}-01-what-the-future-brings`, 1],
  ])('is read: %s', (_, text, flags) => expect(parseTraceparent(text)).toEqual({ traceId, flags }))

  test.each([
    ['nothing', undefined],
    ['null', null],
    ['a number', 7],
    ['empty', ''],
    ['an array of one', [good]],
    ['the version that is forbidden', `ff-${traceId}-${parentId}-01`],
    ['a trace id of zeros', `00-${'0'.repeat(32)}-${parentId}-01`],
    ['a parent id of zeros', `00-${traceId}-${'0'.repeat(16)}-01`],
    ['upper case', good.toUpperCase()],
    ['a digit too few', good.slice(0, -1)],
    ['a digit too many', `${good}1`],
    ['more than version 00 has', `${good}-00`],
    ['a later version that goes on without a hyphen', `01-${traceId}-${parentId}-011`],
    ['white space', ` ${good}`],
    ['a line break, and another header', `${good}\r\nx-admin: 1`],
    ['a line break in a later version', `01-${traceId}-${parentId}-01-\nx-admin: 1`],
    ['a list', `${good},${good}`],
  ])('is ignored: %s', (_, value) => expect(parseTraceparent(value)).toBeUndefined())
})

describe('the trace of an event', () => {
  test('is its attribute', () =>
    expect(traceOf(bodyOf({ traceparent: good }))).toEqual({ traceId, flags: 1 }))
  test('is found in an event that is not valid', () =>
    expect(traceOf(bodyOf({ traceparent: good, time: 'noon' }))).toEqual({ traceId, flags: 1 }))
  test.each([
    ['none', bodyOf()],
    ['one in its data', bodyOf({ data: { traceparent: good } })],
    ['no JSON', `{"traceparent":"${good}"`],
    ['no object', `["traceparent","${good}"]`],
  ])('is none where there is %s', (_, body) => expect(traceOf(body)).toBeUndefined())
  test('never throws, whatever the body', () => {
    fc.assert(fc.property(fc.json(), json => traceOf(`{"traceparent":${json}}`) === undefined))
  })
})

describe('a fresh span id', () => {
  const drawn = (...numbers: number[]) => newSpanId(() => numbers.shift() as number)
  test.each([
    ['has every digit drawn', [0.5, 0.75], '80000000c0000000'],
    ['keeps zeros in front and at the end', [2 ** -8, 2 ** -4], '0100000010000000'],
    ['may be as large as there is', [1 - 2 ** -32, 1 - 2 ** -32], 'ffffffffffffffff'],
    ['may be half zeros', [0, 2 ** -32], '0000000000000001'],
    ['is not all zeros', [0, 0], '0000000000000001'],
  ])('%s', (_, numbers, id) => expect(drawn(...numbers)).toBe(id))
})

describe('what goes on', () => {
  test('is version 00, the same trace, and a parent of ours', () =>
    expect(traceparentOf({ traceId, flags: 1 }, parentId)).toBe(good))
  test('is always a traceparent of the same trace', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), fc.integer(), (n, flags) => {
        const trace = { traceId, flags: flags & 3 }
        expect(
          parseTraceparent(
            traceparentOf(
              trace,
              newSpanId(() => n),
            ),
          ),
        ).toEqual(trace)
      }),
    )
  })
})
