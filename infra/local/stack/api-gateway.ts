import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { type Listening, listen } from '../../../functions/cli/loopback/loopback-listener.ts'
import type { Pool } from '../lambda/instance-pool.ts'
import { describeEnding, type Ending } from '../lambda/lambda-invocation.ts'
import type { ApiDescription } from '../template/template-apis.ts'

/** The dependencies of an API. */
export interface ApiWorld {
  poolOf(functionArn: string): Pool
  /** Called with a text on a failed invocation. */
  onTrouble(text: string): void
}

/** The limit of API Gateway for a body, in bytes. */
const maxBodyBytes = 10 * 1024 * 1024

/** Serves the routes of an API on loopback. Rejects with EADDRINUSE when the port is taken. */
export async function startApi(
  port: number,
  { name, routes }: ApiDescription,
  { poolOf, onTrouble }: ApiWorld,
): Promise<Listening> {
  const byKey = new Map(
    routes.map(({ key, functionArn, limit }) => [
      key,
      { pool: poolOf(functionArn), isFree: limit ? createThrottle(limit) : () => true },
    ]),
  )

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const key = `${request.method} ${request.url?.split('?')[0]}`
    const body = await buffer(request)
    const route = byKey.get(key)
    if (!route) return void refuse(response, 404, 'Not Found')
    if (!route.isFree()) return void refuse(response, 429, 'Too Many Requests')
    if (body.length > maxBodyBytes) return void refuse(response, 413, 'Request Entity Too Large')
    const { ending } = await route.pool.invoke(routedEvent(request, key, body))
    if (ending.kind !== 'returned') onTrouble(`${name} ${describeEnding(ending)}`)
    passOn(response, ending)
  }

  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy()) // the sender is gone
  })
  return listen(server, port)
}

/** Answers without the function. */
export function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ message }))
}

/** What a function returns for a request, in payload format 2.0. */
interface Returned {
  readonly statusCode?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly isBase64Encoded?: boolean
}

/** Sends the function's answer. If the function failed, the caller gets no detail. */
export function passOn(response: ServerResponse, ending: Ending): void {
  if (ending.kind !== 'returned') return void refuse(response, 500, 'Internal Server Error')
  const { statusCode, headers = {}, body = '', isBase64Encoded } = (ending.value ?? {}) as Returned
  if (statusCode === undefined) return void refuse(response, 500, 'Internal Server Error')
  response.writeHead(statusCode, headers).end(Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'))
}

/** The content types that API Gateway passes on as text; all others become base64. */
const textTypes = /^(?:text\/|application\/(?:json|xml|javascript)\b)/i

/**
 * The event of an HTTP API for a request, in payload format 2.0
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html).
 */
export function routedEvent(request: IncomingMessage, routeKey: string, body: Buffer) {
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

/** A token bucket, as API Gateway's: `burst` requests at once, then `perSecond`. */
export function createThrottle(
  { perSecond, burst }: { readonly perSecond: number; readonly burst: number },
  now: () => number = Date.now,
): () => boolean {
  let tokens = burst
  let at = now()
  return () => {
    const time = now()
    tokens = Math.min(burst, tokens + ((time - at) / 1000) * perSecond)
    at = time
    if (tokens < 1) return false
    tokens -= 1
    return true
  }
}
