import { Agent, buildConnector } from 'undici'
import { neverSent } from './request-failure.ts'

/** How long a connection may have been idle and still be used, in milliseconds. */
const idleMs = 1000

/**
 * Connections to the targets, kept alive while they are in use. A frozen function's timers do not run: a connection that
 * looks alive after the thaw may be long gone, and a write on it would be an unanswered write. So after a second without
 * a request all connections are left behind for new ones.
 */
export function createConnections(connectTimeoutMs: number) {
  const fresh = () =>
    new Agent({
      keepAliveTimeout: idleMs,
      keepAliveMaxTimeout: idleMs,
      connect: connector(connectTimeoutMs),
    })
  let agent = fresh()
  let lastUsed = Number.NEGATIVE_INFINITY

  return {
    /** The agent for a request that starts now; `now` is milliseconds since 1970. */
    at(now: number): Agent {
      if (now - lastUsed > idleMs) {
        void agent.close().catch(() => undefined)
        agent = fresh()
      }
      lastUsed = now
      return agent
    },
  }
}

/** Connects as undici does, and marks its errors: whatever goes wrong here, no request was sent. */
function connector(timeout: number): buildConnector.connector {
  const connect = buildConnector({ timeout, allowH2: false })
  return (options, callback) =>
    connect(options, (...[error, socket]) =>
      error ? callback(neverSent(error), null) : callback(null, socket),
    )
}
