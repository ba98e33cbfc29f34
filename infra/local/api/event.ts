import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** The bodies that API Gateway passes on as text; all others go in base64. */
const textTypes = /^(?:text\/|application\/(?:json|xml|javascript)\b)/i

/**
 * The event that an HTTP API makes of a request, in payload format 2.0
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html).
 */
export function routedEvent(request: IncomingMessage, routeKey: string, body: Buffer): object {
  const { method = '', url = '/', headers, socket } = request
  const [rawPath = '/', rawQueryString = ''] = url.split('?', 2)
  const isText = textTypes.test(headers['content-type'] ?? '')
  const at = new Date()
  return {
    ...{ version: '2.0', routeKey, rawPath, rawQueryString },
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : value]),
    ),
    requestContext: {
      ...{ accountId: '000000000000', apiId: 'local', domainName: headers.host, domainPrefix: 'local' },
      http: {
        ...{ method, path: rawPath, protocol: `HTTP/${request.httpVersion}` },
        ...{ sourceIp: socket.remoteAddress, userAgent: headers['user-agent'] ?? '' },
      },
      ...{ requestId: randomUUID(), routeKey, stage: '$default' },
      ...{ time: at.toISOString(), timeEpoch: at.getTime() },
    },
    ...(body.length > 0 && { body: body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !isText,
  }
}
