import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { guard } from './request-guard.ts'

/** A server that listens. */
export interface Listening {
  /** `http://127.0.0.1:<port>`, without a slash at its end. */
  readonly url: string
  /** Closes every connection. */
  stop(): Promise<void>
}

/**
 * Has a server listen on loopback, on any free port where it is 0, and refuse the requests of web pages of elsewhere (see
 * `guard`). It closes no idle connection: on a slow machine a request may just come on it, and would be reset. Rejects with
 * EADDRINUSE when the port is taken.
 */
export async function listen(server: Server, port: number): Promise<Listening> {
  server.keepAliveTimeout = 0
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    guard(server).listen(port, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
