import { Agent, buildConnector } from 'undici'

/** How connections are made and kept. Times are milliseconds. */
export interface ConnectionOptions {
  readonly connectTimeoutMs: number
  /** The longest idle time after which a connection is still reused. */
  readonly idleMs: number
  /** Marks an error of connecting: no request was sent. */
  readonly neverSent?: (error: Error) => Error
}

/**
 * Connections that are kept alive while in use. While Lambda freezes the function, its timers do not run. After that a
 * connection may look alive but be closed, and a write on it would be unanswered. So after `idleMs` without a request all
 * connections are replaced.
 */
export function createConnections({
  connectTimeoutMs: timeout,
  idleMs,
  neverSent = error => error,
}: ConnectionOptions) {
  const connector = buildConnector({ timeout, allowH2: false })
  const connect: buildConnector.connector = (options, callback) =>
    connector(options, (...[error, socket]) =>
      error ? callback(neverSent(error), null) : callback(null, socket),
    )
  const fresh = () => new Agent({ keepAliveTimeout: idleMs, keepAliveMaxTimeout: idleMs, connect })
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
