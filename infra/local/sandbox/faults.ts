/**
 * Misbehaviours of a target (functions/targets/README.md#the-sandboxes). Each sets three independent things: when the write lands,
 * how long the answer takes, and the answer.
 */

/** What the caller sees. */
export type FaultAnswer =
  /** the true answer */
  | 'normal'
  /** a true 2xx without its optional fields: `{}` at Wacht, only the required ones at the project API */
  | 'bare'
  /** a 2xx that shows the member as it was: for a write that never lands */
  | 'unchanged'
  /** nothing; the connection stays open until the caller gives up */
  | 'none'
  /** the connection is reset */
  | 'reset'
  /** the head of the answer, then nothing */
  | 'stalled'
  /** the head and a part of the body, then the connection is closed */
  | 'truncated'
  | { readonly status: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> }

/** One misbehaviour, for one call. */
export interface Fault {
  /** Which calls it applies to; writes by default. */
  readonly on?: 'read' | 'write' | 'any'
  /** When the call takes effect: at once, never, or so many ms after its arrival. At once unless given. */
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
  /** The target commits the write, then answers with an error. */
  errorAfterCommit: (status = 500): Fault => ({ answer: { status } }),
  /** No answer comes; the write lands so many ms after its arrival. */
  landsLate: (ms: number): Fault => ({ land: ms, answer: 'none' }),
  /** No answer comes and the write never lands. */
  silent: (): Fault => ({ land: 'never', answer: 'none' }),
  /** The true answer, slowly. */
  slow: (waitMs: number): Fault => ({ waitMs, on: 'any' }),
  /** Throttled. The delay stands in the header, or only in the message, as at Wacht. */
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
  /** The target refuses a right token, as when its authorization service is down. */
  unauthorized: (): Fault => ({ on: 'any', land: 'never', answer: { status: 401, body: 'Unauthorized' } }),
  /** The target resets the connection, before or after it commits the write. */
  reset: (land: 'now' | 'never' | number = 'never'): Fault => ({ land, answer: 'reset' }),
  /** The target commits the write, and its answer breaks off within the body. */
  truncated: (): Fault => ({ answer: 'truncated' }),
  /** The target commits the write, and its answer stops after the head. */
  stalled: (): Fault => ({ answer: 'stalled' }),
  /** The target commits the write, and its answer is longer than a mebibyte. */
  oversized: (): Fault => ({ answer: { status: 200, body: { padding: 'x'.repeat(mebibyte + 1) } } }),
  /** A page of HTML in place of JSON. The target commits the write where the status is below 300. */
  html: (status = 200): Fault => ({
    land: status < 300 ? 'now' : 'never',
    answer: { status, body: html, headers: { 'content-type': 'text/html' } },
  }),
  /** A proxy answers with a page of HTML and status 200. The target never sees the call. */
  maintenance: (): Fault => ({
    on: 'any',
    land: 'never',
    answer: { status: 200, body: html, headers: { 'content-type': 'text/html; charset=utf-8' } },
  }),
  /** The target redirects the caller. */
  redirect: (location: string, status = 307): Fault => ({
    on: 'any',
    land: 'never',
    answer: { status, body: '', headers: { location } },
  }),
  /** A true success without the optional fields of the contract. */
  bare: (): Fault => ({ answer: 'bare' }),
  /** A 2xx without effect. The answer is empty or shows the old state. */
  noEffect: (answer: 'bare' | 'unchanged' = 'bare'): Fault => ({ land: 'never', answer }),
} as const
