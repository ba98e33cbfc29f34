import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import type { IntakeRequest } from './source-kind.ts'

/** The most that a body may take, decoded, in bytes. */
export const maxBodyBytes = 1024 * 1024

/** A request as API Gateway passes it on. */
export interface RoutedRequest extends IntakeRequest {
  /** The name in the path of the route; empty where it is no route of ours. */
  readonly source: string
  /** When API Gateway got it, in milliseconds since 1970; the start of the function lies in between. */
  readonly receivedAt: number
}

/** Reads a request of an HTTP API, payload format 2.0; undefined when its body is too large to be read at all. */
export function readRequest(event: Partial<APIGatewayProxyEventV2>): RoutedRequest | undefined {
  const { routeKey = '', headers = {}, body = '', isBase64Encoded = false, requestContext } = event
  const encoding = isBase64Encoded ? 'base64' : 'utf8'
  if (Buffer.byteLength(body, encoding) > maxBodyBytes) return undefined

  // The key of the route and not the path: a custom domain may put something before that.
  const [, method = '', source = ''] = /^([A-Z]+) \/sources\/([a-z0-9-]+)$/.exec(routeKey) ?? []
  return {
    method,
    source,
    headers: Object.fromEntries(
      Object.entries(headers).flatMap(([name, value]) =>
        value === undefined ? [] : [[name.toLowerCase(), value]],
      ),
    ),
    body: Buffer.from(body, encoding).toString('utf8'),
    receivedAt: requestContext?.timeEpoch ?? Number.NaN,
  }
}
