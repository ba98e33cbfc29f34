/** What came back for one HTTP request to a target. */
export type Answer =
  | {
      readonly kind: 'answered'
      readonly status: number
      /** The parsed body; absent when it is not JSON, was cut off or is over the limit. */
      readonly json?: unknown
      /** The delay in milliseconds that the target asked for, if any. */
      readonly retryAfterMs?: number
    }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly detail: string }

/**
 * Why there is no answer. `unreachable`, `no_time` and `no_credentials`: nothing was sent. `timeout` and `reset`:
 * it was sent, and may have been taken or may yet be.
 */
export type Failure = 'unreachable' | 'no_time' | 'no_credentials' | 'timeout' | 'reset'

/** `Retry-After` (RFC 9110, 10.2.3): seconds or an HTTP date, as milliseconds from `now`; undefined when it is neither. */
export function retryAfterMs(header: string | null | undefined, now: number): number | undefined {
  if (!header) return undefined
  const text = header.trim()
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000
  const at = /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(at) ? undefined : Math.max(0, at - now)
}

/**
 * The words of an error body, in the shapes that targets are known to publish (TARGETS.md):
 * `{errors:[{message}]}`, `{error:{message}}`, `{error:"…"}`, `{message}`. Empty when there are none.
 */
export function messageOf(json: unknown): string {
  const body = asObject(json)
  const first = Array.isArray(body?.errors) ? asObject(body.errors[0]) : undefined
  const candidates = [first?.message, asObject(body?.error)?.message, body?.error, body?.message]
  return candidates.find((text): text is string => typeof text === 'string') ?? ''
}

/** `value` when it is a JSON object, else undefined. */
export function asObject(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined
}

/** The `id` of a JSON object where it is text; undefined otherwise, as not everything in JSON can be made text. */
export function idOf(value: unknown): string | undefined {
  const id = asObject(value)?.id
  return typeof id === 'string' ? id : undefined
}
