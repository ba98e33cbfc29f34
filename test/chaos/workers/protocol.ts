/** What the run and the process that it plays with say to each other about workers, over the IPC channel. */

/** To the process: strike workers of the functions, now or as soon as one is as the strike wants it. */
export type Strike =
  /** Ends every worker that runs an invocation: one that is writing to a target is among them. */
  | { readonly strike: 'kill all' }
  /** Ends one that runs an invocation, so long after there was one; `dice` in [0, 1) chooses. */
  | { readonly strike: 'kill one'; readonly afterMs: number; readonly dice: number }
  /** Ends the next one to be started, so long after its start, whatever it does by then. */
  | { readonly strike: 'kill new'; readonly afterMs: number }
  /** Blocks the event loop of one that runs an invocation. */
  | { readonly strike: 'hold'; readonly afterMs: number; readonly dice: number; readonly forMs: number }

/** What a worker was doing. */
export type Doing = 'loading' | 'invocation' | 'nothing'

/** From the process. */
export type Struck =
  /** The strike is carried out, on these. */
  | { readonly struck: 'killed' | 'held'; readonly doing: readonly Doing[] }
  /** The runner ended a worker in the middle of an invocation: its time was up. */
  | { readonly struck: 'timed out' }
