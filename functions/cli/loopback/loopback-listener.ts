import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { guard } from './request-guard.ts'

/** A server that listens. */
export interface Listening {
  /** `http://127.0.0.1:<port>`, without a slash at the end. */
  readonly url: string
  /** Closes every connection. */
  stop(): Promise<void>
}

/**
 * Makes a server listen on loopback and refuse requests of other web pages (see `guard`). Port 0 is any free port. The server closes
 * no idle connection: a request may just arrive on it. Rejects with EADDRINUSE if the port is in use.
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
