import { createFetch } from 'ofetch'
import type { Dispatcher } from 'undici'
import request from 'undici/lib/api/api-request.js'
import { type Answer, retryAfterMs } from '../core/outcome/http-answer.ts'
import { createConnections } from './http-connections.ts'
import { failureOf } from './request-failure.ts'
import { mediaTypeOf, readBody } from './response-body.ts'
import type { TargetRequest } from './target.ts'

/** Sends one request with a token; always answers, never throws. */
export type Send = (request: TargetRequest, token: string) => Promise<Answer>

const ofetch = createFetch({ fetch: plainFetch as unknown as typeof fetch })

/**
 * Makes the sender over real HTTP. One request, one answer: no retries, no redirect followed (the token would
 * travel), no body over the limit. The time-out, in milliseconds, covers the whole answer, a stalled body included;
 * `timeUp` makes the signal that ends a request then.
 */
export function createSend(
  timeoutMs: number,
  now: () => number,
  timeUp: (ms: number) => AbortSignal = ms => AbortSignal.timeout(ms),
): Send {
  const connections = createConnections(timeoutMs / 2)

  return async ({ method, url, body, traceparent }, token) => {
    try {
      const response = await ofetch.raw(url, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          accept: 'application/json',
          ...(traceparent === undefined ? {} : { traceparent }),
        },
        ...(body === undefined ? {} : { body: body as Record<string, unknown> }),
        retry: 0,
        ignoreResponseError: true,
        responseType: 'stream',
        signal: timeUp(timeoutMs),
        dispatcher: connections.at(now()) as never,
      })
      const { status } = response
      const stream = response._data as ReadableStream<Uint8Array> | undefined
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

/** What an error says, for its detail alone: it may break off. */
const readErrorBody: typeof readBody = (stream, type) =>
  readBody(stream, type).catch(() => ({ unreadable: { why: 'cut off', ...mediaTypeOf(type) } }))

/** What `ofetch` asks of a `fetch`, as far as it is used here. */
interface Options {
  readonly method: Dispatcher.HttpMethod
  readonly headers?: Headers
  readonly body?: string
  readonly signal?: AbortSignal
  readonly dispatcher?: Dispatcher
}

/** Answers that have no body, whatever comes after their headers (RFC 9110, 15). */
const bodiless: ReadonlySet<number> = new Set([204, 205, 304])

/**
 * `fetch` over undici's own request, at a third of its cost: no web streams, no copies of requests and answers. It follows no
 * redirect, sends nothing again, and asks for no compression, for it takes none off.
 */
async function plainFetch(url: string, options: Options): Promise<Response> {
  const { method, headers, body, signal, dispatcher } = options
  const { origin, pathname, search } = new URL(url)
  const answer = await request.call(dispatcher as Dispatcher, {
    ...{ origin, path: `${pathname}${search}`, method },
    ...(headers && { headers }),
    ...(body !== undefined && { body }),
    ...(signal && { signal }),
  })
  const isBodiless = bodiless.has(answer.statusCode)
  if (isBodiless) await answer.body.dump()
  const seen = {
    status: answer.statusCode,
    headers: { get: (name: string) => textOf(answer.headers[name]) },
    body: isBodiless ? null : answer.body,
  }
  return seen as unknown as Response
}

const textOf = (value: string | string[] | undefined): string | null =>
  Array.isArray(value) ? (value[0] ?? null) : (value ?? null)
