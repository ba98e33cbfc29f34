import { describe, expect, test } from '@jest/globals'
import { forecast, type Pending } from '../../../functions/core/due/forecast.ts'
import type { Withdrawal } from '../../../functions/core/event/role-catalogue.ts'
import type { Applied, Entry } from '../../../functions/core/ledger/ledger-entry.ts'
import { withFence } from '../../../functions/core/ledger/open-entry.ts'
import { type Dated, historyOf, none, plainRole } from '../../support/dated-histories.ts'
import { a, b, entryOf } from '../../support/entries.ts'

const withdraws = {} as Withdrawal
const day = (date: string) => `${date}T00:00:00`
const ms = (date: string) => Date.parse(`${date}T00:00:00Z`)
const decisionOf = (id: string, decided: string) => ({
  ...{ time: day(decided), sequence: '', source: 's', id },
})

/** A change that was decided on a day and takes effect on another one. */
const planned = (id: string, decided: string, from: string, fields: Partial<Pending> = {}): Pending => ({
  version: { ...decisionOf(id, decided), from: day(from) },
  at: ms(from),
  role: 'M',
  ...fields,
})
/** The end of a change that took effect when it was decided. */
const endOf = (id: string, decided: string, until: string): Pending => ({
  version: { ...decisionOf(id, decided), end: true },
  ...{ at: ms(until), role: 'E', withdraws },
})
const appliedOf = (id: string, decided: string, from?: string): Applied => ({
  version: { ...decisionOf(id, decided), ...(from !== undefined && { from: day(from) }) },
  ...{ event: id, message: `m-${id}`, desired: a, at: 0 },
})
/** An entry whose applied change was decided on a day; `fence`: a withdrawal that took effect before. */
const entryAt = (applied: Applied, fence?: readonly [id: string, decided: string]): Entry =>
  fence ? withFence(entryOf({ applied }), decisionOf(...fence)) : entryOf({ applied })

const begin = (event: string) => ({ half: 'begin', event, source: 's' })
const end = (event: string) => ({ half: 'end', event, source: 's' })

describe('the four timelines of the protocol', () => {
  const january = planned('promotion', '2026-11-01', '2027-01-01')
  test('promotion: a change of December does not undo that of January', () => {
    expect(forecast(entryAt(appliedOf('team', '2026-12-15')), [january])).toEqual([
      { ...begin('promotion'), at: ms('2027-01-01'), role: 'M' },
    ])
  })
  test('contract: the first end is cancelled by the longer contract, whose own end takes effect', () => {
    const ends = [endOf('longer', '2027-02-10', '2027-06-30'), endOf('contract', '2026-11-01', '2027-03-31')]
    expect(forecast(entryAt(appliedOf('longer', '2027-02-10')), ends)).toEqual([
      { ...end('contract'), at: ms('2027-03-31'), role: 'E', cancelledBy: 'longer' },
      { ...end('longer'), at: ms('2027-06-30'), role: 'E' },
    ])
  })
  test('late dismissal, then rehire: what was decided before the dismissal is cancelled, the rehire takes effect', () => {
    const dismissed = entryAt(appliedOf('dismissal', '2026-12-20'), ['dismissal', '2026-12-20'])
    const rehire = planned('rehire', '2027-01-10', '2027-02-01')
    const before = planned('before', '2026-11-01', '2027-01-15')
    expect(forecast(dismissed, [rehire, before])).toEqual([
      { ...begin('before'), at: ms('2027-01-15'), role: 'M', cancelledBy: 'dismissal' },
      { ...begin('rehire'), at: ms('2027-02-01'), role: 'M' },
    ])
  })
  test('dismissal that comes too late: its fence cancels the director, and not the rehire that is applied', () => {
    const rehired = entryAt(appliedOf('rehire', '2026-12-22'), ['dismissal', '2026-12-20'])
    const director = planned('director', '2026-11-01', '2027-01-01', { role: 'director' })
    expect(forecast(rehired, [director])).toEqual([
      { ...begin('director'), at: ms('2027-01-01'), role: 'director', cancelledBy: 'dismissal' },
    ])
  })
})

describe('pending changes of one member', () => {
  test('take effect in the order of their instants, with the end that a change brings', () => {
    const ends = { at: day('2027-03-31'), role: 'E', withdraws }
    const manager = planned('manager', '2026-11-01', '2027-01-01', { ends })
    const director = planned('director', '2026-11-02', '2027-05-01', { role: 'director' })
    expect(forecast(undefined, [director, manager])).toEqual([
      { ...begin('manager'), at: ms('2027-01-01'), role: 'M' },
      { ...end('manager'), at: ms('2027-03-31'), role: 'E' },
      { ...begin('director'), at: ms('2027-05-01'), role: 'director' },
    ])
  })
  test('bring no end if they are cancelled', () => {
    const ends = { at: day('2027-03-31'), role: 'E' }
    const old = planned('old', '2026-11-01', '2027-01-01', { ends })
    const corrected = planned('corrected', '2026-11-09', '2027-01-01')
    expect(forecast(undefined, [old, corrected])).toEqual([
      { ...begin('corrected'), at: ms('2027-01-01'), role: 'M' },
      { ...begin('old'), at: ms('2027-01-01'), role: 'M', cancelledBy: 'corrected' },
    ])
  })
  test('are cancelled by a withdrawal among them that was decided later', () => {
    const leaves = planned('leaves', '2026-12-20', '2026-12-31', { role: 'E', withdraws })
    const promotion = planned('promotion', '2026-11-01', '2027-01-01')
    expect(forecast(undefined, [promotion, leaves])).toMatchObject([
      { event: 'leaves' },
      { event: 'promotion', cancelledBy: 'leaves' },
    ])
  })
  test('are not cancelled by the end of a change, which is no decision', () => {
    const promotion = planned('promotion', '2026-11-01', '2027-04-15')
    const contract = endOf('contract', '2026-12-01', '2027-03-31')
    expect(forecast(entryAt(appliedOf('contract', '2026-12-01')), [promotion, contract])).toEqual([
      { ...end('contract'), at: ms('2027-03-31'), role: 'E' },
      { ...begin('promotion'), at: ms('2027-04-15'), role: 'M' },
    ])
  })
  test('are left out when they took effect already', () => {
    const entry = entryAt(appliedOf('promotion', '2026-11-01', '2027-01-01'))
    expect(forecast(entry, [planned('promotion', '2026-11-01', '2027-01-01')])).toEqual([])
  })
  test('have the end of the applied change among them, which is on the queue for its last five minutes', () => {
    const ends = { at: day('2027-03-31'), role: 'E' }
    const entry = entryAt({ ...appliedOf('contract', '2026-11-01'), ends })
    const expected = [{ ...end('contract'), at: ms('2027-03-31'), role: 'E' }]
    expect(forecast(entry, [])).toEqual(expected)
    expect(forecast(entry, [endOf('contract', '2026-11-01', '2027-03-31')])).toEqual(expected)
    const ended = { ...appliedOf('contract', '2026-11-01'), ends }
    expect(forecast(entryAt({ ...ended, version: { ...ended.version, end: true } }), [])).toEqual([])
  })
  test('have the state that they ask for if the event names no role', () => {
    const { role: _, ...plain } = planned('ids', '2026-11-01', '2027-01-01', { desired: b })
    expect(forecast(undefined, [plain])).toEqual([{ ...begin('ids'), at: ms('2027-01-01'), desired: b }])
  })
})

test('of histories that are known before they begin, the last forecast is what a plain model says', () => {
  const off = Array.from({ length: 3000 }, (_, seed) => historyOf(seed)).filter(
    events => lastRole(events) !== plainRole(events),
  )
  expect(off).toEqual([])
})

function lastRole(events: readonly Dated[]): string {
  const instant = (days: number) => new Date(days * 86_400_000).toISOString().slice(0, -5)
  const pending = events.map(({ id, time, from, until, role, after }): Pending => {
    const begins = Math.max(from ?? time, time)
    return {
      version: {
        ...decisionOf(`e${id}`, ''),
        ...{ time: instant(time), ...(from !== undefined && { from: instant(from) }) },
      },
      ...{ at: begins * 86_400_000, role, ...(role === none && { withdraws }) },
      ...(until !== undefined && { ends: { at: instant(until), role: after as string } }),
    }
  })
  return forecast(undefined, pending).findLast(({ cancelledBy }) => cancelledBy === undefined)?.role ?? none
}
