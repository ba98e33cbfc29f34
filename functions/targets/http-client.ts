import { createFetch } from 'ofetch'
import { type Answer, retryAfterMs } from '../core/outcome/http-answer.ts'
import { plainFetch } from './fetch.ts'
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
