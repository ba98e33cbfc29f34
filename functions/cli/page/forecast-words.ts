import { type Forecast, takesEffect } from '../../core/due/forecast.ts'
import type { Applied } from '../../core/ledger/ledger-entry.ts'

/** What is applied and what takes effect, as one text: `manager until 2027-03-31T00:00:00Z, then member`. Empty if nothing does. */
export function forecastText(applied: Applied | undefined, rows: readonly Forecast[]): string {
  const steps = rows.filter(takesEffect)
  const begin = applied ? stateName(applied) : 'nothing applied'
  return steps.length === 0
    ? ''
    : steps.reduce((text, row) => `${text} until ${instant(row.at)}, then ${stateName(row)}`, begin)
}

/** A forecast as rows of text: what takes effect, then each change that does not. None if nothing is pending. */
export const forecastWords = (applied: Applied | undefined, rows: readonly Forecast[]): string[] => {
  const text = forecastText(applied, rows)
  return [
    ...(text === '' ? [] : [`forecast: ${text}`]),
    ...rows.filter(row => !takesEffect(row)).map(row => `${laterWords(row)} by event ${row.event}`),
  ]
}

/** One change as text: `later: member at 2027-03-31T00:00:00Z`. */
export const laterWords = (row: Forecast): string =>
  `${takesEffect(row) ? 'later' : whyNot(row)}: ${stateName(row)} at ${instant(row.at)}`

/** Why a change does not take effect, as text. */
export const whyNot = ({ cancelledBy, dead }: Forecast): string =>
  dead === undefined ? `cancelled by event ${cancelledBy}` : `will be a dead letter (${dead})`

/** A forecast for `--json`, with times in RFC 3339. */
export const forecastRecord = (rows: readonly Forecast[]) =>
  rows.map(({ at, ...row }) => ({ at: instant(at), ...row }))

/** The role's name; without one its ids. */
const stateName = ({ role, desired }: Pick<Applied, 'role'> & Pick<Forecast, 'desired'>): string =>
  role ?? JSON.stringify(desired)

/** An instant in milliseconds since 1970, exactly: RFC 3339 in UTC. */
export const instant = (ms: number): string => new Date(ms).toISOString().replace('.000Z', 'Z')
