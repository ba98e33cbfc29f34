import type { Plan } from '../core/plan.ts'
import type { ReplayWorld } from './world.ts'

/** How a plan is applied. */
export interface ApplyOptions {
  /** Letters sent to the changes queue a second, at the most. */
  readonly rate?: number
  /** Ends it between two letters; the result says `stopped`. */
  readonly signal?: AbortSignal
  /** Told after each letter that was dealt with. */
  readonly onLetter?: (so: Applying) => void
}

/** How far it is. */
export interface Applying {
  /** Sent to the changes queue. */
  readonly sent: number
  /** Superseded and duplicate letters that were removed. */
  readonly removed: number
  /** Letters of the plan that are not any more as they were planned. */
  readonly refused: number
  /** Sent letters that came back dead, as far as it is known. */
  readonly dead: number
}

/** What became of a plan. */
export interface AppliedPlan extends Applying {
  readonly stopped: boolean
  readonly why?: 'came_back_dead' | 'told_to'
  /** Letters of the plan that were not found: somebody else dealt with them, or is looking at them. */
  readonly missing: number
}

/** Letters sent a second unless it is said. */
export const usualRate = 10

/** Does what a plan says and nothing else. */
export function applyPlan(
  _plan: Plan,
  _world: ReplayWorld,
  _options: ApplyOptions = {},
): Promise<AppliedPlan> {
  return Promise.reject(new Error('not here yet'))
}
