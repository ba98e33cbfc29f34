import { type Sandbox, startEdge } from './edge.ts'
import { store } from './store.ts'
import { type WachtDialect, wachtRoutes } from './wacht-routes.ts'
import type { WachtOrganization, WachtState } from './wacht-state.ts'
import { type WachtErrorShape, wachtError } from './wacht-views.ts'

/** How a Wacht sandbox begins. */
export interface WachtSandboxOptions {
  /** 0, any free port, unless given. */
  readonly port?: number
  readonly token: string
  readonly dialect: WachtDialect
  readonly organizations: Readonly<Record<string, WachtOrganization>>
  /** Everything exists whose id does not end in 404; false unless given. */
  readonly open?: boolean
  /** Which of the published shapes errors have; the server's unless given. */
  readonly errors?: WachtErrorShape
  /** Keeps the state in this file, and begins with what stands there. */
  readonly file?: string
}

/** A running Wacht sandbox; members are named `wacht/<organizationId>/<membershipId>`, lists `wacht/<organizationId>`. */
export type WachtSandbox = Sandbox<WachtState>

/** Starts a Wacht sandbox on loopback; rejects when the port is taken. */
export function startWachtSandbox(options: WachtSandboxOptions): Promise<WachtSandbox> {
  const { port = 0, token, dialect, organizations, open = false, errors = 'server', file } = options
  const error = (status: number, message: string) => wachtError(errors, status, message)
  const refuse = (status: number, message: string) => ({ status, body: error(status, message) })
  return startEdge({
    port,
    token,
    store: store<WachtState>({ open, organizations }, file),
    routes: wachtRoutes(dialect, refuse),
    error,
  })
}
