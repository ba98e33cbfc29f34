/** A sandbox target has a state, and calls that are pure functions of it. */

/** An answer of the target; `bare` is the same answer without its optional fields. */
export interface Reply {
  readonly status: number
  readonly body: unknown
  readonly bare?: unknown
}

/** A request for the routes of a target; `path` is split and decoded. */
export interface SandboxRequest {
  readonly method: string
  readonly path: readonly string[]
  readonly query: URLSearchParams
  readonly body: unknown
}

/** A request that the target understands: its member, and its effect on the state. */
export interface Call<State> {
  readonly kind: 'read' | 'write'
  /** The name of the member; for a list, the part before the last slash. */
  readonly member: string
  /** The next state and the answer. A refused call keeps the state. */
  perform(state: State): { state: State; reply: Reply }
  /** A success that shows the member unchanged. */
  unchanged?(state: State): Reply
  /** The member after the call, for the journal. */
  view?(state: State): unknown
}

/** The routes of one target; undefined for an unknown address. */
export type Routes<State> = (request: SandboxRequest) => Call<State> | Reply | undefined
