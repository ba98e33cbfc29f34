/**
 * An instant in UTC as sortable text, without a zone and without trailing zeros: `2026-11-23T09:15:00.25`. Instants of any
 * precision compare as strings. `Date` would drop all digits after the third.
 */
export type Instant = string

const rfc3339 =
  /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/

/** The maximum length of a timestamp. */
export const maxTimestampLength = 64

/** Parses an RFC 3339 timestamp with an offset. Undefined for anything else, also for dates that do not exist. */
export function parseInstant(text: string): Instant | undefined {
  if (text.length > maxTimestampLength) return undefined
  const match = rfc3339.exec(text)
  if (!match) return undefined
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as Six
  const [sign, offsetHour, offsetMinute] = [match[8], Number(match[9] ?? 0), Number(match[10] ?? 0)]
  if (hour > 23 || minute > 59 || second > 60 || offsetHour > 23 || offsetMinute > 59) return undefined

  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  if (date.getUTCMonth() !== month - 1) return undefined // no such day in this month
  const offset = (sign === '-' ? -1 : 1) * (offsetHour * 60 + offsetMinute)
  date.setUTCHours(hour, minute - offset, second)
  if (second === 60 && date.getTime() % dayMs !== 0) return undefined // a leap second can only end a UTC day

  const seconds = date.toISOString().slice(0, -'.000Z'.length)
  if (seconds.length !== '0000-00-00T00:00:00'.length) return undefined // the offset leads outside the years 0000 to 9999
  return withFraction(seconds, match[7])
}

/** The instant of a time in milliseconds since 1970. */
export function instantOf(ms: number): Instant {
  const [seconds, fraction] = new Date(ms).toISOString().slice(0, -1).split('.')
  return withFraction(seconds as string, fraction)
}

type Six = [number, number, number, number, number, number]

const dayMs = 86_400_000

function withFraction(seconds: string, fraction = ''): Instant {
  let end = fraction.length
  while (fraction[end - 1] === '0') end-- // not /0+$/, which takes quadratic time
  return end > 0 ? `${seconds}.${fraction.slice(0, end)}` : seconds
}

/** Milliseconds since an instant; 0 if it is in the future. `now` is milliseconds since 1970. */
export const msSince = (instant: Instant, now: number): number => Math.max(0, now - Date.parse(`${instant}Z`))
