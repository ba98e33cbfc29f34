import { Agent, buildConnector } from 'undici'
import { neverSent } from './request-failure.ts'

/** The longest idle time after which a connection is still reused, in milliseconds. */
const idleMs = 1000

/**
 * Connections to the targets, kept alive while in use. While Lambda freezes the function, its timers do not run. After that a
 * connection may look alive but be closed, and a write on it would be unanswered. So after one second without a request all
 * connections are replaced.
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

/** undici's connector, with its errors marked: no request was sent. */
function connector(timeout: number): buildConnector.connector {
  const connect = buildConnector({ timeout, allowH2: false })
  return (options, callback) =>
    connect(options, (...[error, socket]) =>
      error ? callback(neverSent(error), null) : callback(null, socket),
    )
}
