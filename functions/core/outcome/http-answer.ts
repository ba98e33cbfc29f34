import { asObject } from '../json.ts'

/** The answer to one HTTP request to a target, or the failure. */
export type Answer =
  | Answered
  | { readonly kind: 'failed'; readonly failure: RequestFailure; readonly detail: string }

/** An answer with a status. Its body is `json`, `unreadable`, or absent. */
export interface Answered {
  readonly kind: 'answered'
  readonly status: number
  readonly json?: unknown
  readonly unreadable?: Unreadable
  /** The delay in milliseconds that the target asked for, if any. */
  readonly retryAfterMs?: number
}

/** A body that cannot be read. */
export interface Unreadable {
  readonly why:
    | 'not JSON'
    | 'JSON without a message'
    | 'not UTF-8'
    | 'over 1 MiB'
    | 'over 1 MiB for one member alone'
    | 'cut off'
    | 'not a list of members'
    | 'not a list of roles'
    | 'an inconsistent list'
  /** The answer's media type, if valid. */
  readonly contentType?: string
  /** How many bytes were read. */
  readonly bytes?: number
}

/**
 * Why there is no answer. `unreachable`, `no_time`, `no_credentials`: nothing was sent. `timeout`, `reset`: the request was
 * sent and may have been applied, or may still be.
 */
export type RequestFailure = 'unreachable' | 'no_time' | 'no_credentials' | 'timeout' | 'reset'

/** `Retry-After` (RFC 9110, 10.2.3), seconds or an HTTP date, as milliseconds from `now`. Undefined if it is neither. */
export function retryAfterMs(header: string | null | undefined, now: number): number | undefined {
  if (!header) return undefined
  const text = header.trim()
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000
  const at = /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(at) ? undefined : Math.max(0, at - now)
}

/** The message of an error body: `{errors:[{message}]}`, `{error:{message}}`, `{error:"…"}` or `{message}`. Else empty. */
export function messageOf(json: unknown): string {
  const body = asObject(json)
  const first = Array.isArray(body?.errors) ? asObject(body.errors[0]) : undefined
  const candidates = [first?.message, asObject(body?.error)?.message, body?.error, body?.message]
  return candidates.find((text): text is string => typeof text === 'string') ?? ''
}

/** The description of an answer without a message: its status, and the type and length of an unreadable body. */
export function shapeOf({ status, json, unreadable }: Answered): string {
  if (unreadable) {
    const { why, contentType = 'no content type', bytes } = unreadable
    const length = bytes === undefined ? '' : `, ${bytes} bytes`
    return `answered ${status} with a body that is ${why} (${contentType}${length})`
  }
  return isSuccess(status) && json === undefined ? `answered ${status} without a body` : `answered ${status}`
}

/** Marks the body of an answer as unreadable: it is no list of members. */
export function notAList(
  { json: _, ...answer }: Answered,
  why: Unreadable['why'] = 'not a list of members',
): Answered {
  return { ...answer, unreadable: answer.unreadable ?? { why } }
}

/** Whether a status is 2xx. */
export const isSuccess = (status: number): boolean => status >= 200 && status <= 299

/** Whether an answer came, with a 2xx. */
export const isAnsweredWell = (answer: Answer): answer is Answered =>
  answer.kind === 'answered' && isSuccess(answer.status)

/** The `id` of a JSON object if it is a string, else undefined. */
export function idOf(value: unknown): string | undefined {
  const id = asObject(value)?.id
  return typeof id === 'string' ? id : undefined
}
