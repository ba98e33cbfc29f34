import { describe, expect, test } from '@jest/globals'
import { bytesOfEvent, endBody } from '../../../functions/core/event/dates.ts'
import { effectiveAt, isFence } from '../../../functions/core/event/event.ts'
import { maxEventBytes } from '../../../functions/core/event/event-contract.ts'
import { bodyOf, managerRole, noon, parse, personData, projectData, wachtData } from '../../support/events.ts'

const iso = (ms: number) => new Date(ms).toISOString()
const [minute, day] = [60_000, 86_400_000]
const dated = (data: object, fields: object = {}) => bodyOf({ ...fields, data: { ...wachtData, ...data } })
const until = (at: string, then = 'manager') => ({ until: at, then })
const toReader = { ...projectData, groupIds: undefined, owner: undefined, role: 'manager' }
const changeOf = (body: string, now = noon) => {
  const event = parse(body, now)
  if (!event.ok || !event.change) throw new Error(JSON.stringify(event))
  return event.change
}
const detailOf = (data: object) => {
  const event = parse(dated(data))
  return event.ok ? undefined : `${event.reason}: ${event.detail}`
}

describe('the dates of an event', () => {
  test('without them it is as it was', () => {
    const { version, ...change } = changeOf(bodyOf())
    expect(version).not.toHaveProperty('from')
    expect(change).not.toHaveProperty('due')
    expect(change).not.toHaveProperty('ends')
  })

  test('a beginning that is ahead is due then; one that has come counts from then', () => {
    const ahead = changeOf(dated({ from: iso(noon + day) }))
    expect(ahead).toMatchObject({ due: noon + day, version: { from: '2026-11-24T12:00:00' } })
    const come = changeOf(dated({ from: iso(noon - day) }))
    expect(come.due).toBeUndefined()
    expect(come.version).toMatchObject({ from: '2026-11-22T12:00:00', time: '2026-11-23T09:15:00.25' })
  })

  test.each([
    ['2027-03-28T02:30:00+01:00', Date.UTC(2027, 2, 28, 1, 30)],
    ['2027-03-28T03:30:00+02:00', Date.UTC(2027, 2, 28, 1, 30)],
    ['2028-02-29T00:00:00Z', Date.UTC(2028, 1, 29)],
    ['2026-11-24T00:00:00.123456789Z', Date.UTC(2026, 10, 24, 0, 0, 0, 123)],
  ])('the instant of %s is read whatever its offset, day and fraction', (from, due) => {
    expect(changeOf(dated({ from })).due).toBe(due)
  })

  test('an end that is ahead is kept beside the change; the change itself counts now', () => {
    const { ends, due, version, desired } = changeOf(dated(until(iso(noon + day))))
    expect(ends).toEqual({ at: '2026-11-24T12:00:00', role: 'manager' })
    expect({ due, end: version.end, desired }).toEqual({
      due: undefined,
      end: undefined,
      desired: { roleId: managerRole },
    })
  })

  test('an end to a role that withdraws says so', () => {
    const body = bodyOf({ data: { ...toReader, ...until(iso(noon + day), 'reader') } })
    expect(changeOf(body).ends).toMatchObject({ withdraws: { role: 'reader' } })
  })

  test('an end that has passed when the event comes is taken at once, just above the event itself', () => {
    const { version, role, desired, late } = changeOf(
      dated({ roleId: '7301954381230017999', ...until(iso(noon - minute)) }, { time: iso(noon - day) }),
    )
    expect({ role, desired, end: version.end }).toEqual({
      role: 'manager',
      desired: { roleId: managerRole },
      end: true,
    })
    expect(late).toEqual({ withdraws: false })
  })

  test('a withdrawal whose own end has passed is a fence; the message of its end is none', () => {
    const data = { ...toReader, role: 'reader', ...until(iso(noon - minute), 'manager') }
    const body = bodyOf({ time: iso(noon - day), data })
    expect(isFence(changeOf(body))).toBe(true)
    expect(isFence(changeOf(endBody(body)))).toBe(false)
    expect(isFence(changeOf(body, noon - 2 * minute))).toBe(true)
  })

  test('the message of an end that comes too early is due at its instant', () => {
    const end = changeOf(endBody(dated(until(iso(noon + day)))))
    expect(end).toMatchObject({ due: noon + day, version: { end: true }, role: 'manager' })
  })

  test('what takes effect later counts its exposure from then', () => {
    expect(effectiveAt(changeOf(dated({ from: iso(noon - minute) })))).toBe('2026-11-23T11:59:00')
    expect(effectiveAt(changeOf(dated({ from: iso(noon - 9 * day) })))).toBe('2026-11-23T09:15:00.25')
    expect(effectiveAt(changeOf(dated(until(iso(noon - minute)))))).toBe('2026-11-23T11:59:00')
  })

  test('the message of an end is the event with one more attribute, also at the largest size', () => {
    const body = `${JSON.stringify({ ...JSON.parse(dated(until(iso(noon + day)))), half: 'begin' })} \n`
    expect(JSON.parse(endBody(body))).toEqual({ ...JSON.parse(body), half: 'end' })
    const padded = bodyOf({ pad: '', data: { ...wachtData, ...until(iso(noon - minute)) } })
    const largest = padded.replace('"pad":""', `"pad":"${'x'.repeat(maxEventBytes - padded.length)}"`)
    expect(bytesOfEvent(endBody(largest))).toBe(maxEventBytes)
    expect(parse(endBody(largest)).ok).toBe(true)
    expect(parse(largest.replace('"pad":"', '"pad":"x')).ok).toBe(false)
  })

  test('an event that names a person gives its dates to the events of the members', () => {
    const dates = { from: iso(noon + day), ...until(iso(noon + 2 * day)) }
    expect(parse(bodyOf({ data: { ...personData, ...dates } }))).toMatchObject({
      lookup: { due: noon + day, dates, version: { from: '2026-11-24T12:00:00' } },
    })
  })
})

describe('dates that are wrong are refused by path and rule', () => {
  test.each([
    [{ from: 'tomorrow' }, 'invalid_event: data.from: must be an RFC 3339 timestamp with an offset'],
    [
      { from: '2027-01-01T00:00:00' },
      'invalid_event: data.from: must be an RFC 3339 timestamp with an offset',
    ],
    [
      { from: '2027-02-29T00:00:00Z' },
      'invalid_event: data.from: must be an RFC 3339 timestamp with an offset',
    ],
    [{ from: 1 }, 'invalid_event: data.from: must be an RFC 3339 timestamp string'],
    [{ from: iso(noon + 1827 * day) }, 'invalid_event: data.from: must be at most 5 years ahead of now'],
    [until(iso(noon + 1827 * day)), 'invalid_event: data.until: must be at most 5 years ahead of now'],
    [{ until: iso(noon + day) }, 'invalid_event: data: must hold until and then together, or neither'],
    [
      { ...until(''), until: undefined },
      'invalid_event: data: must hold until and then together, or neither',
    ],
    [until('2026-11-23T09:15:00.250Z'), 'invalid_event: data.until: must be after time'],
    [
      { from: iso(noon + day), ...until(iso(noon + day)) },
      'invalid_event: data.until: must be after data.from',
    ],
  ])('%j', (data, detail) => expect(detailOf(data)).toBe(detail))

  test('a role of `then` that the catalogue has not for this scope is unknown', () => {
    expect(detailOf(until(iso(noon + day), 'reader'))).toMatch(/^unknown_role: data\.then: /)
    expect(detailOf(until(iso(noon + day), 'nobody'))).toMatch(/^unknown_role: data\.then: /)
    const person = { ...personData, ...until(iso(noon + day), 'reader') }
    expect(parse(bodyOf({ data: person }))).toMatchObject({ ok: false, reason: 'unknown_role' })
  })
})
