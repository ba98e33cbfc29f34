import { createFetch } from 'ofetch'
import type { Agent, Dispatcher } from 'undici'
import { type Answer, type RequestFailure, retryAfterMs } from '../core/outcome/http-answer.ts'
import { createConnections } from '../http/connections.ts'
import { LazyResponse, PlainHeaders } from './lazy-response.ts'
import { mediaTypeOf, readBody } from './response-body.ts'
import type { TargetRequest } from './target.ts'

/** Sends one request with a token. Always returns an answer, never throws. */
export type Send = (request: TargetRequest, token: string) => Promise<Answer>

/** Creates the signal that ends a request after `ms` milliseconds. */
export type TimeUp = (ms: number) => AbortSignal

/** Requests that start within this time share a signal, in milliseconds: a timer for each of them costs more than their headers. */
const sharedMs = 20

/** Signals that never end a request before its time, and at most `sharedMs` later. */
export function sharedTimeouts(now: () => number = () => performance.now()): TimeUp {
  let current: { readonly ms: number; readonly until: number; readonly signal: AbortSignal } | undefined
  return ms => {
    const begun = now()
    if (current?.ms !== ms || begun > current.until) {
      current = { ms, until: begun + sharedMs, signal: AbortSignal.timeout(ms + sharedMs) }
    }
    return current.signal
  }
}

/**
 * Creates the sender over HTTP. It never retries, follows no redirect (the token would travel), and reads no body over the
 * limit. The timeout, in milliseconds, covers the whole answer, body included. `timeUp` creates the signal that ends a
 * request.
 */
export function createSend(timeoutMs: number, now: () => number, timeUp: TimeUp = sharedTimeouts()): Send {
  const connections = createConnections({ connectTimeoutMs: timeoutMs / 2, idleMs: 1000, neverSent })
  const client = createFetch({
    fetch: fetchOver(() => connections.at(now())),
    Headers: PlainHeaders,
  }).create({
    responseType: 'stream',
    retry: 0,
    ignoreResponseError: true,
  })

  return async ({ method, url, body, traceparent }, token) => {
    try {
      const response = await client.raw(url, {
        method,
        headers: {
          accept: 'application/json',
          authorization: `Bearer ${token}`,
          ...(traceparent === undefined ? {} : { traceparent }),
        },
        body: JSON.stringify(body),
        signal: timeUp(timeoutMs),
      })
      const { status } = response
      const stream = response._data
      const type = response.headers.get('content-type')
      const content = await (status < 300 ? readBody(stream, type) : readErrorBody(stream, type))
      const delay = retryAfterMs(response.headers.get('retry-after'), now())
      return {
        ...{ kind: 'answered', status, ...content },
        ...(delay === undefined ? {} : { retryAfterMs: delay }),
      }
    } catch (error) {
      return { kind: 'failed', ...failureOf(error) }
    }
  }
}

/** Reads the body of an error. Only its message is used, for the detail, so a broken body is no failure. */
const readErrorBody: typeof readBody = (stream, type) =>
  readBody(stream, type, 'message').catch(() => ({ unreadable: { why: 'cut off', ...mediaTypeOf(type) } }))

/**
 * A `fetch` over undici's `request`, for `ofetch`. It follows no redirect, sends nothing again, and asks for no compression.
 * `agent` returns the agent for a request that starts now.
 */
const fetchOver =
  (agent: () => Agent): typeof fetch =>
  async (url, { method, headers, body, signal } = {}) => {
    const { origin, pathname, search } = new URL(String(url))
    const answer = await agent().request({
      ...{ origin, path: `${pathname}${search}`, method: method as Dispatcher.HttpMethod },
      headers: headers as Headers,
      body: body as string | null,
      ...(signal && { signal }),
    })
    const response = new LazyResponse(String(url), answer)
    if (!response.body) await answer.body.dump()
    return response
  }

const unsent = 'ROLE_SYNC_NEVER_SENT'

/** Marks an error of connecting (DNS, TCP, TLS handshake): no request was sent on that connection. */
export const neverSent = (cause: Error): Error =>
  Object.assign(new Error('no connection', { cause }), { code: unsent })

/**
 * The failure that an error of `fetch` stands for: `unreachable` only if it is marked as never sent, `timeout` if time ran
 * out, and else `reset`, the safe default. Error codes are not enough: a reset or a TLS alert can come in the handshake or
 * after the request.
 */
export function failureOf(error: unknown): { readonly failure: RequestFailure; readonly detail: string } {
  const chain = causesOf(error)
  const code = chain.find(cause => cause.code !== undefined && cause.code !== unsent)?.code
  if (chain.some(cause => cause.code === unsent))
    return { failure: 'unreachable', detail: code ?? 'no connection' }
  if (chain.some(timedOut)) return { failure: 'timeout', detail: 'no answer in time' }
  return { failure: 'reset', detail: code ?? 'the connection broke' }
}

interface Cause {
  readonly name?: string
  readonly code?: string
  readonly cause?: unknown
  readonly errors?: unknown
}

/** The error and its causes, outermost first. Includes the errors of addresses that were tried in parallel. */
function causesOf(error: unknown, depth = 0): Cause[] {
  if (typeof error !== 'object' || error === null || depth > 8) return []
  const { name, code, cause, errors } = error as Cause
  const own = { name, ...(typeof code === 'string' ? { code } : {}) } as Cause
  return [own, ...[cause, errors].flat().flatMap(inner => causesOf(inner, depth + 1))]
}

const timedOut = ({ name, code }: Cause): boolean =>
  name === 'TimeoutError' ||
  name === 'AbortError' ||
  code === 'UND_ERR_HEADERS_TIMEOUT' ||
  code === 'UND_ERR_BODY_TIMEOUT'
