/** A number for people. */
export const countOf = (count: number): string => count.toLocaleString('en')

/** How long ago something was; both times in milliseconds since 1970. */
export const ago = (then: number, now: number): string => `${span(now - then)} ago`

/** How soon something will be. */
export const until = (then: number, now: number): string => (then <= now ? 'now' : `in ${span(then - now)}`)

/** The time of day on this machine. */
export const clockOf = (at: number): string => new Date(at).toLocaleTimeString('en-GB')

/** A text of bounded length: ids, reasons and details are other people's. */
export const cut = (text: string, max = 256): string => (text.length > max ? `${text.slice(0, max)}…` : text)

function span(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  if (seconds < 120) return `${seconds} s`
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`
  return `${Math.round(seconds / 3600)} h`
}
