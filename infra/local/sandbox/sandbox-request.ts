import type { IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import type { SandboxRequest } from './sandbox-call.ts'

/** Reads a request. A body that is not JSON stays text. A path that cannot be decoded stays unchanged. */
export async function read(request: IncomingMessage): Promise<SandboxRequest & { url: URL }> {
  const url = new URL(request.url ?? '/', 'http://sandbox')
  const body = await text(request)
  return {
    method: request.method ?? 'GET',
    url,
    path: url.pathname
      .split('/')
      .filter(Boolean)
      .map(segment => orElse(decodeURIComponent, segment)),
    query: url.searchParams,
    body: body === '' ? undefined : orElse(JSON.parse, body),
  }
}

/** The result of `read`, or the text itself if it throws. */
function orElse<T>(read: (text: string) => T, text: string): T | string {
  try {
    return read(text)
  } catch {
    return text
  }
}
