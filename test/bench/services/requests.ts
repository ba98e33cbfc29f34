import { subscribe } from 'node:diagnostics_channel'
import type { IncomingMessage } from 'node:http'

/** Counts what the servers of this process are asked for, by the operation that AWS requests name in a header. */
export function countRequests() {
  let counts: Record<string, number> = {}
  subscribe('http.server.request.start', message => {
    const { request } = message as { request: IncomingMessage }
    const operation = request.headers['x-amz-target']?.toString().split('.').at(-1) ?? 'target'
    counts[operation] = (counts[operation] ?? 0) + 1
  })
  return {
    /** The counts since the last time. */
    take: (): Readonly<Record<string, number>> => {
      const taken = counts
      counts = {}
      return taken
    },
  }
}
