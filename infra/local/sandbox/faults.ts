/**
 * Misbehaviours of a target (functions/targets/README.md#the-sandboxes), put together from three independent questions:
 * when does the write land, how long does the answer take, what is the answer.
 */

/** What the caller gets to see. */
export type FaultAnswer =
  /** the true answer */
  | 'normal'
  /** a true 2xx without its optional fields: `{}` at Wacht, only the required ones at the project API */
  | 'bare'
  /** a 2xx that shows the member as it was: for a write that never lands */
  | 'unchanged'
  /** nothing, for ever: the connection stays open until the caller gives up */
  | 'none'
  /** the connection is reset */
  | 'reset'
  /** the head of the answer, then nothing */
  | 'stalled'
  /** the head and a part of the body, then the connection is closed */
  | 'truncated'
  | { readonly status: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> }

/** One misbehaviour, spent by one call. */
export interface Fault {
  /** Which calls it meets; writes unless told otherwise. */
  readonly on?: 'read' | 'write' | 'any'
  /** When the call takes effect: at once, never, or so many ms after it arrived. At once unless told otherwise. */
  readonly land?: 'now' | 'never' | number
  /** How many ms the answer takes. */
  readonly waitMs?: number
  readonly answer?: FaultAnswer
}

const html =
  '<!doctype html><html><head><title>Sorry</title></head><body><h1>Something broke</h1></body></html>'
const mebibyte = 1024 * 1024

/** The misbehaviours by name. */
export const faults = {
  /** An error that changes nothing; the body is the target's own error shape. */
  error: (status: number): Fault => ({ land: 'never', answer: { status } }),
  /** The write is committed, then the answer fails. */
  errorAfterCommit: (status = 500): Fault => ({ answer: { status } }),
  /** No answer ever comes; the write lands so many ms after it arrived. */
  landsLate: (ms: number): Fault => ({ land: ms, answer: 'none' }),
  /** No answer ever comes and nothing happens. */
  silent: (): Fault => ({ land: 'never', answer: 'none' }),
  /** The true answer, slowly. */
  slow: (waitMs: number): Fault => ({ waitMs, on: 'any' }),
  /** Throttled: the delay stands in the header, or only in the words of the message (TARGETS, Wacht). */
  throttled: (seconds: number, where: 'header' | 'message' = 'header'): Fault => ({
    on: 'any',
    land: 'never',
    answer: {
      status: 429,
      body:
        where === 'message' ? `Rate limit exceeded. Retry after ${seconds} seconds` : 'Rate limit exceeded',
      headers: where === 'header' ? { 'retry-after': String(seconds) } : {},
    },
  }),
  /** The token is refused though it is right: an expired one, or an authorization service that is down. */
  unauthorized: (): Fault => ({ on: 'any', land: 'never', answer: { status: 401, body: 'Unauthorized' } }),
  /** The connection is reset, before or after the write was committed. */
  reset: (land: 'now' | 'never' | number = 'never'): Fault => ({ land, answer: 'reset' }),
  /** The write is committed and the answer breaks off within its body. */
  truncated: (): Fault => ({ answer: 'truncated' }),
  /** The write is committed and the answer stops after its head. */
  stalled: (): Fault => ({ answer: 'stalled' }),
  /** The write is committed and the answer has more than a mebibyte. */
  oversized: (): Fault => ({ answer: { status: 200, body: { padding: 'x'.repeat(mebibyte + 1) } } }),
  /** A page of HTML where JSON belongs; below 300 the write is committed. */
  html: (status = 200): Fault => ({
    land: status < 300 ? 'now' : 'never',
    answer: { status, body: html, headers: { 'content-type': 'text/html' } },
  }),
  /** A page of HTML with status 200, from a proxy in front of the target, which sees nothing of the call. */
  maintenance: (): Fault => ({
    on: 'any',
    land: 'never',
    answer: { status: 200, body: html, headers: { 'content-type': 'text/html; charset=utf-8' } },
  }),
  /** The caller is sent elsewhere. */
  redirect: (location: string, status = 307): Fault => ({
    on: 'any',
    land: 'never',
    answer: { status, body: '', headers: { location } },
  }),
  /** A true success whose answer leaves out all that the target's contract calls optional. */
  bare: (): Fault => ({ answer: 'bare' }),
  /** 2xx, and nothing was done: either an answer without content or one that shows the old state. */
  noEffect: (answer: 'bare' | 'unchanged' = 'bare'): Fault => ({ land: 'never', answer }),
} as const
