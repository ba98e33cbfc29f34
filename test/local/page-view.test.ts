import { expect, test } from '@jest/globals'
import { nothingEnded } from '../../infra/local/outcomes/message-outcome.ts'
import type { Flight } from '../../infra/local/page/in-flight-messages.ts'
import type { Letter } from '../../infra/local/page/latest-letters.ts'
import { type Element, type Moment, mostRows, type Node, viewOf } from '../../infra/local/page/page-view.ts'

const at = 1_000_000
const moment = (more: Partial<Moment> = {}): Moment => ({
  sample: { at, changes: { visible: 1200, inFlight: 2, delayed: 3 }, letters: 0, ended: nothingEnded },
  ended: { applied: 10, superseded: 20, duplicate: 30, resolved: 35, dead: 40 },
  flights: [],
  letters: [],
  ...more,
})
const flight = (event: string, more: Partial<Flight> = {}): Flight => ({
  ...{ event, source: '//hr', target: 'wacht', member: 'wacht/1/2', messageId: event },
  ...{ receives: 1, sentAt: at - 3000, dueAt: at + 4000 },
  ...more,
})
const letter = (event: string, more: Partial<Letter> = {}): Letter => ({
  ...{ messageId: event, at, event, member: 'wacht/1/2', reason: 'rejected', detail: '', unproven: false },
  ...more,
})

const all = (node: Node, tag: string): Element[] => {
  if (typeof node === 'string') return []
  const below = node.children.flatMap(child => all(child, tag))
  return node.tag === tag ? [node, ...below] : below
}
const textOf = (node: Node): string => (typeof node === 'string' ? node : node.children.map(textOf).join(' '))
const rowsOf = (part: Element) =>
  all(part, 'tr')
    .slice(1)
    .map(row => all(row, 'td').map(textOf))

test('the tiles count what is on the queues now and what ended since the beginning', () => {
  const { now } = viewOf(moment())
  const names = all(now, 'dt').map(textOf)
  const counts = all(now, 'dd').map(textOf)
  expect(names.map((name, n) => `${name} ${counts[n]}`)).toEqual([
    ...['visible 1,200', 'in flight 2', 'delayed 3', 'dead letters 0'],
    ...['applied 10', 'superseded 20', 'duplicate 30', 'resolved 35', 'dead 40'],
  ])
})

test('each target has a row, with what its messages wait for and when the next one is tried', () => {
  const flights = [flight('a'), flight('b', { cause: 'throttled' }), flight('c', { cause: 'throttled' })]
  expect(rowsOf(viewOf(moment({ flights })).targets)).toEqual([
    ['wacht', '1', '2', 'throttled 2', 'in 4 s', '3 s ago'],
    ['project', '0', '0', '', '', ''],
  ])
})

test('messages at work come first, then those that are next', () => {
  const flights = [
    flight('later', { cause: 'busy', dueAt: at + 200_000, sentAt: at - 9_000_000 }),
    flight('next', { cause: 'timeout', dueAt: at - 1, receives: 7 }),
    flight('at-work', { event: null, member: null }),
  ]
  expect(rowsOf(viewOf(moment({ flights })).flights)).toEqual([
    ['(unreadable)', '', 'at work', '1', '3 s ago'],
    ['next', 'wacht/1/2', 'timeout, again now', '7', '3 s ago'],
    ['later', 'wacht/1/2', 'busy, again in 3 min', '1', '3 h ago'],
  ])
})

test('letters tell the reason, the status, whether they are unproven, and the detail', () => {
  const letters = [
    letter('a', { reason: 'not_found', status: 404, detail: 'nobody', unproven: true, receives: 4 }),
    letter(''),
  ]
  const rows = rowsOf(viewOf(moment({ letters })).letters)
  expect(rows.map(row => row.slice(1))).toEqual([
    ['a', 'wacht/1/2', 'not_found (404), unproven nobody', '4'],
    ['(unreadable)', 'wacht/1/2', 'rejected ', ''],
  ])
})

test('what is empty says so', () => {
  const { flights, letters } = viewOf(moment())
  expect({ flights: textOf(flights), letters: textOf(letters) }).toEqual({
    flights: 'Nothing is in flight.',
    letters: 'No dead letters.',
  })
})

test('of many messages the first are shown, and the others counted', () => {
  const flights = Array.from({ length: mostRows + 1234 }, (_, n) => flight(String(n)))
  const shown = viewOf(moment({ flights })).flights
  expect(rowsOf(shown)).toHaveLength(mostRows)
  expect(textOf(shown)).toContain('1,234 more')
})

test('texts of others stay texts, and are cut', () => {
  const hostile = '<img src=x onerror=alert(1)>'
  const long = 'x'.repeat(100_000)
  const view = viewOf(
    moment({
      flights: [flight(hostile, { member: long, cause: hostile })],
      letters: [letter(hostile, { reason: hostile, detail: long, member: long })],
    }),
  )
  const parts = Object.values(view)
  expect(parts.flatMap(part => [...all(part, 'img'), ...all(part, 'script')])).toEqual([])
  expect(rowsOf(view.letters)[0]?.[1]).toBe(hostile)
  expect(JSON.stringify(view).length).toBeLessThan(10_000)
})
