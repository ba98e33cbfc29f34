import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { reasons } from '../../functions/core/dead-letter/reason.ts'
import { cpuMs } from '../support/cpu.ts'
import { eventOf, noon, parse, projectData, wachtData } from '../support/events.ts'
import { anyCharacter } from '../support/text.ts'

/** Either a whole change, or a reason of the closed list with a detail that begins with a path. */
function holds(body: string): void {
  const parsed = parse(body)
  const { named } = parsed
  for (const part of Object.values(named)) expect(part === null || typeof part === 'string').toBe(true)
  if (parsed.ok) {
    const { version } = parsed.change ?? parsed.lookup
    expect(parsed.change?.member ?? null).toBe(named.member)
    expect(version.id).toBe(named.event)
    return
  }
  expect(reasons).toContain(parsed.reason)
  expect(parsed.detail).toMatch(/^(\(body\)|[^\s:]+): \S/)
}

test('any text at all is a change or a reason', () => {
  fc.assert(fc.property(fc.string({ unit: anyCharacter }), holds))
  const bytes = fc.uint8Array({ maxLength: 300 }).map(array => Buffer.from(array).toString('utf8'))
  fc.assert(fc.property(bytes, holds))
})

test('any JSON at all is a change or a reason', () => {
  fc.assert(fc.property(fc.json({ stringUnit: anyCharacter }), holds), { numRuns: 300 })
})

const names = ['specversion', 'id', 'source', 'type', 'time', 'sequence', 'data', '__proto__', 'constructor']
const inner = [...Object.keys(wachtData), ...Object.keys(projectData), 'role', '__proto__', 'toString']
const values = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<unknown>('wacht', 'project', 'manager', '1', '', 'a/b', null, true, [], {}, -0, 1e308),
)
/** JSON text whose own keys may be __proto__, which an object literal cannot hold. */
const textOf = (pairs: readonly (readonly [string, unknown])[]) =>
  `{${pairs.map(([key, value]) => `${JSON.stringify(key)}:${typeof value === 'string' && value.startsWith('{"') ? value : JSON.stringify(value)}`).join()}}`

test('any valid event with some keys set to anything is a change or a reason', () => {
  const changes = (keys: readonly string[]) =>
    fc.array(fc.tuple(fc.constantFrom(...keys), values), { minLength: 1, maxLength: 3 })
  fc.assert(
    fc.property(
      changes(names),
      changes(inner),
      fc.constantFrom(wachtData, projectData),
      (outer, own, data) => {
        const body = textOf([...Object.entries(eventOf({ data })), ...outer])
        holds(body)
        holds(textOf([...Object.entries(eventOf()), ['data', textOf([...Object.entries(data), ...own])]]))
      },
    ),
    { numRuns: 500 },
  )
})

test('a detail never holds a value of the event', () => {
  const secret = 'Zq7xKp9vWm'
  const hidden = fc.constantFrom<unknown>(secret, [secret], { x: secret }, `1${secret}`, `${secret}\u0000`)
  const where = fc.constantFrom(...names.slice(0, 6), ...inner.slice(0, -2).map(key => `data.${key}`))
  fc.assert(
    fc.property(where, hidden, fc.constantFrom(wachtData, projectData), (path, value, data) => {
      const [key, sub] = path.split('.') as [string, string?]
      const event = eventOf({ data })
      const body = sub ? { ...event, data: { ...data, [sub]: value } } : { ...event, [key]: value }
      const parsed = parse(JSON.stringify(body), noon)
      if (!parsed.ok) expect(parsed.detail).not.toContain(secret)
    }),
    { numRuns: 500 },
  )
})

test('a hostile event of 64 KiB is read in no time', () => {
  const many = (make: (n: number) => unknown, count: number) =>
    Array.from({ length: count }, (_, n) => make(n))
  const bodies = [
    eventOf({ data: { ...projectData, groupIds: many(n => `x${n}`, 5000) } }),
    eventOf({ data: Object.fromEntries(many(n => [`k${n}`, n], 4000) as [string, number][]) }),
    eventOf({ id: '\u0000'.repeat(10_000) }),
    eventOf({ time: `2026-11-23T09:15:00.${'0'.repeat(60_000)}1Z` }),
    eventOf({ time: '2'.repeat(60_000) }),
    eventOf({ source: 'x'.repeat(60_000) }),
  ].map(event => JSON.stringify(event))
  for (const body of [...bodies, '['.repeat(65_000), '{"a":'.repeat(13_000)]) {
    expect(cpuMs(() => holds(body))).toBeLessThan(3000)
  }
})
