/** A time span for people: `412 ms`, `2.4 s`, `38 s`, `5 min`, `3 h`, `4 d`. */
export function spanOf(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`
  if (ms < 9950) return `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 120) return `${seconds} s`
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`
  return `${Math.round(seconds / 86_400)} d`
}

/** How long ago a time was. Both are milliseconds since 1970. */
export const agoOf = (at: number, now: number): string =>
  now - at < 1000 ? 'just now' : `${spanOf(Math.floor((now - at) / 1000) * 1000).replace('.0', '')} ago`

/** A time of day where the reader is, such as `14:02:09`. */
export const clockOf = (at: number): string => new Date(at).toLocaleTimeString('en-GB')

/** A count with separators, such as `1,234`, and its words. */
export const countOf = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`
