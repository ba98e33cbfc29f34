import { createConnections } from '../http/connections.ts'
import { type Transport, timeoutMs } from './aws-json.ts'

/** DynamoDB and Secrets Manager keep a connection for longer, in milliseconds. */
const idleMs = 5000

/**
 * Requests over undici's own connections, for a function that makes many of them: a third of the CPU of `fetch`. The timeout is the
 * longest wait for a connection, for an answer, and between two parts of it.
 */
export function createPooledTransport(): Transport {
  const connections = createConnections({ connectTimeoutMs: timeoutMs, idleMs })
  return async ({ origin, pathname: path }, headers, body) => {
    const answer = await connections.at(Date.now()).request({
      ...{ origin, path, method: 'POST', headers, body },
      ...{ headersTimeout: timeoutMs, bodyTimeout: timeoutMs },
    })
    return { status: answer.statusCode, text: await answer.body.text() }
  }
}
