/** What a sandbox target is made of: its state, and calls that are pure functions of that state. */

/** An answer the target would give; `bare` is the same answer without its optional fields. */
export interface Reply {
  readonly status: number
  readonly body: unknown
  readonly bare?: unknown
}

/** A request as the routes of a target see it; `path` is split and decoded. */
export interface SandboxRequest {
  readonly method: string
  readonly path: readonly string[]
  readonly query: URLSearchParams
  readonly body: unknown
}

/** One understood request: whom it is about, and what it would do to the state. */
export interface Call<State> {
  readonly kind: 'read' | 'write'
  /** The member's name, or for a list the part before the last slash. */
  readonly member: string
  /** The state afterwards and the answer; a refused call leaves the state as it is. */
  perform(state: State): { state: State; reply: Reply }
  /** The answer that shows the member as it is, for a server that says 200 and does nothing. */
  unchanged?(state: State): Reply
  /** What the journal keeps of the member once the call has landed. */
  view?(state: State): unknown
}

/** The routes of one target; undefined where the target has no such address. */
export type Routes<State> = (request: SandboxRequest) => Call<State> | Reply | undefined
