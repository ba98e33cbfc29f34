import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { describeEnding } from '../lambda/invocation.ts'
import type { Pool } from '../lambda/pool.ts'
import { listen } from '../listen.ts'
import type { ApiDescription } from '../template/apis.ts'
import { passOn, refuse } from './answer.ts'
import { routedEvent } from './event.ts'
import { createThrottle } from './throttle.ts'

/** An HTTP API on this machine. */
export interface LocalApi {
  readonly url: string
  stop(): Promise<void>
}

/** What an API works with. */
export interface ApiWorld {
  readonly poolOf: (functionArn: string) => Pool
  /** Called with what a person should know: an invocation that failed. */
  onTrouble(text: string): void
}

/** API Gateway's own limit for a body, in bytes. */
const maxBodyBytes = 10 * 1024 * 1024

/** Serves an API on loopback: its routes and no other. Rejects with EADDRINUSE when the port is taken. */
export async function startApi(
  port: number,
  { name, routes }: ApiDescription,
  { poolOf, onTrouble }: ApiWorld,
): Promise<LocalApi> {
  const byKey = new Map(
    routes.map(({ key, functionArn, limit }) => [
      key,
      { pool: poolOf(functionArn), isFree: limit ? createThrottle(limit) : () => true },
    ]),
  )

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const key = `${request.method} ${request.url?.split('?')[0]}`
    const body = await read(request)
    const route = byKey.get(key)
    if (!route) return void refuse(response, 404, 'Not Found')
    if (!route.isFree()) return void refuse(response, 429, 'Too Many Requests')
    if (!body) return void refuse(response, 413, 'Request Entity Too Large')
    const { ending } = await route.pool.invoke(routedEvent(request, key, body))
    if (ending.kind !== 'returned') onTrouble(`${name} ${describeEnding(ending)}`)
    passOn(response, ending)
  }

  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy()) // the sender is gone
  })
  return listen(server, port)
}

/** The body, or undefined where it is longer than API Gateway takes; it is read to its end, so that it can be answered. */
async function read(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes <= maxBodyBytes) chunks.push(chunk)
  }
  return bytes <= maxBodyBytes ? Buffer.concat(chunks) : undefined
}
