import type { Dispatcher } from 'undici'
import request from 'undici/lib/api/api-request.js'

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
export async function plainFetch(
  url: string,
  { method, headers, body, signal, dispatcher }: Options,
): Promise<Response> {
  const { origin, pathname, search } = new URL(url)
  const options = { origin, path: `${pathname}${search}`, method, headers, body, signal }
  const answer = await request.call(dispatcher as Dispatcher, options as Dispatcher.RequestOptions)
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
