const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

const units: readonly (readonly [ms: number, short: string, name: string])[] = [
  [7 * day, 'w', ''],
  [day, 'd', 'd'],
  [hour, 'h', 'h'],
  [minute, 'm', 'min'],
  [second, 's', 's'],
]

/** A duration in milliseconds as text with its two largest units: `3 d 4 h`. Negative values become `0 s`. */
export function durationWords(ms: number): string {
  let left = Math.max(0, Math.round(ms / second) * second)
  const parts: string[] = []
  for (const [unit, , name] of units) {
    if (name === '') continue
    const count = Math.floor(left / unit)
    left %= unit
    if (count > 0) parts.push(`${count} ${name}`)
    else if (parts.length > 0) break
    if (parts.length === 2) break
  }
  return parts.join(' ') || '0 s'
}

/** Parses a span, `90s`, `15m`, `2h`, `3d` or `1w`, into milliseconds. Undefined for anything else. */
export function parseSpan(text: string): number | undefined {
  const [, count, short] = /^(\d{1,6})([smhdw])$/.exec(text) ?? []
  const unit = units.find(([, name]) => name === short)
  return count === undefined || unit === undefined ? undefined : Number(count) * unit[0]
}

/** A time in milliseconds since 1970 as RFC 3339 in UTC, to the second. */
export const moment = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')
