import { createHmac } from 'node:crypto'
import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import { noon } from '../support/events.ts'

/** What a sender sends. */
export interface Sent {
  readonly method?: 'GET' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

/** A request as API Gateway passes it on (HTTP API, payload format 2.0). */
export const routed = (source: string, { method = 'POST', headers, body }: Sent): APIGatewayProxyEventV2 => ({
  version: '2.0',
  routeKey: `${method} /sources/${source}`,
  rawPath: `/sources/${source}`,
  rawQueryString: '',
  headers: { ...headers },
  ...(body !== undefined && { body }),
  isBase64Encoded: false,
  requestContext: {
    ...{ accountId: '000000000000', apiId: 'local', domainName: 'x', domainPrefix: 'x', requestId: 'r' },
    ...{ routeKey: `${method} /sources/${source}`, stage: '$default', time: '', timeEpoch: noon },
    http: {
      ...{ method, path: `/sources/${source}`, protocol: 'HTTP/1.1' },
      ...{ sourceIp: '192.0.2.1', userAgent: 'x' },
    },
  },
})

/** The same request as API Gateway passes on what is not text. */
export const inBase64 = (event: APIGatewayProxyEventV2): APIGatewayProxyEventV2 => ({
  ...event,
  body: Buffer.from(event.body ?? '').toString('base64'),
  isBase64Encoded: true,
})

/** The headers of Standard Webhooks, made by hand: HMAC-SHA256 of id, timestamp and body; `at` is seconds since 1970. */
export function signed(body: string, key: string, at = Math.floor(Date.now() / 1000), id = 'msg_1') {
  const secret = Buffer.from(key.replace(/^whsec_/, ''), 'base64')
  const signature = createHmac('sha256', secret).update(`${id}.${at}.${body}`).digest('base64')
  return { 'webhook-id': id, 'webhook-timestamp': String(at), 'webhook-signature': `v1,${signature}` }
}
