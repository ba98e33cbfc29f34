import type { ReplayWorld } from './world.ts'

/** How the queue is drained. */
export interface DrainOptions {
  readonly signal?: AbortSignal
}

/** What a drain did. */
export interface Drained {
  readonly superseded: number
  readonly duplicate: number
  readonly renewed: number
  /** Letters that stay, renewed ones included. */
  readonly kept: number
  /** The age of the oldest letter that stays, from its latest send, in milliseconds; 0 when none stays. */
  readonly oldestMs: number
}

/** Removes the letters that do not matter any more, and renews those that would age out. */
export function drain(_world: ReplayWorld, _options: DrainOptions = {}): Promise<Drained> {
  return Promise.reject(new Error('not here yet'))
}
