import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import type { IntakeRequest } from './source-kind.ts'

/** The largest decoded body, in bytes. */
export const maxBodyBytes = 1024 * 1024

/** A request from API Gateway. */
export interface RoutedRequest extends IntakeRequest {
  /** The source's name in the route's path. Empty if it is not our route. */
  readonly source: string
  /** When API Gateway received it, in milliseconds since 1970: before the start of the function. */
  readonly receivedAt: number
}

/** Reads a request of an HTTP API, payload format 2.0. Undefined if its body is too large. */
export function readRequest(event: Partial<APIGatewayProxyEventV2>): RoutedRequest | undefined {
  const { routeKey = '', headers = {}, body = '', isBase64Encoded = false, requestContext } = event
  const encoding = isBase64Encoded ? 'base64' : 'utf8'
  if (Buffer.byteLength(body, encoding) > maxBodyBytes) return undefined

  // From the route's key, not from the path: a custom domain may add a prefix to the path.
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
