import { authorized, readOnly } from '../../targets/authorized-http.ts'
import { createSend } from '../../targets/http-client.ts'
import type { Http } from '../../targets/target.ts'

/** The timeout of one request, in milliseconds. */
const timeoutMs = 10_000

/** Creates the `Http` for a token that sends GET requests alone, to read from targets. All share their connections. */
export function createReadOnlyHttp(): (token: string) => Http {
  const send = createSend(timeoutMs, Date.now)
  return token => {
    const credentials = { token: async () => token, refreshed: async () => undefined }
    return readOnly(authorized(send, credentials, timeoutMs, Number.POSITIVE_INFINITY, Date.now))
  }
}
