import { authorized } from '../../targets/authorized-http.ts'
import { createSend } from '../../targets/http-client.ts'
import type { Http } from '../../targets/target.ts'

/** The timeout of one request, in milliseconds. */
const timeoutMs = 10_000

/** Creates the `Http` for a token that sends GET requests alone, to read from targets. All share their connections. */
export function createReadOnlyHttp(): (token: string) => Http {
  const send = createSend(timeoutMs, Date.now)
  return token => {
    const credentials = { token: async () => token, refreshed: async () => undefined }
    const http = authorized(send, credentials, timeoutMs, Number.POSITIVE_INFINITY, Date.now)
    return request =>
      request.method === 'GET'
        ? http(request)
        : Promise.resolve({ kind: 'failed', failure: 'no_time', detail: 'a read must not write' })
  }
}
