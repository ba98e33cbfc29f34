import type { Plan, PlannedLetter } from '../core/dead-letter/planned-letters.ts'
import { type AppliedPlan, applyPlan } from './apply-plan.ts'
import { type Drained, drain } from './drain-letters.ts'
import { makePlan } from './make-plan.ts'
import type { ReplayRequest } from './replay-request.ts'
import type { ReplayWorld } from './replay-world.ts'

/** A plan, shortly, and what became of it unless it was a dry run. */
export interface Replayed extends Pick<Plan, 'hash' | 'counts'> {
  readonly dryRun: boolean
  /** The oldest hundred of the plan. */
  readonly letters: readonly ShownLetter[]
  /** Letters that are in no plan: those that failed, and those that were hidden because somebody else is looking at them. */
  readonly failed: number
  readonly hidden: number
  /** Every letter that was meant is in the plan. */
  readonly complete: boolean
  readonly applied?: AppliedPlan
}

/** What an answer says of a letter: not what only applying needs. */
export type ShownLetter = Omit<PlannedLetter, 'messageId' | 'sentAt' | 'bodyHash' | 'rev'>

/** The most letters that an answer names. */
const mostShown = 100

/** Does what the replay function is asked for. `signal` ends it; a plan that is cut off rejects, for nothing was done. */
export async function answer(
  request: ReplayRequest,
  world: ReplayWorld,
  renewAfterMs: number,
  signal: AbortSignal,
): Promise<Replayed | Drained> {
  return request.action === 'drain' ? drain(world, { renewAfterMs, signal }) : replay(request, world, signal)
}

async function replay(
  { filter, limit, dryRun }: ReplayRequest & { action: 'replay' },
  world: ReplayWorld,
  signal: AbortSignal,
): Promise<Replayed> {
  const plan = await makePlan(world, { filter, limit, signal })
  const { hash, counts, letters, failed, hidden } = plan
  const shown = {
    ...{ dryRun, hash, counts, letters: letters.slice(0, mostShown).map(shownOf) },
    ...{ failed, hidden, complete: failed + hidden === 0 },
  }
  return dryRun ? shown : { ...shown, applied: await applyPlan(plan, world, { signal }) }
}

function shownOf({
  messageId: _,
  sentAt: __,
  bodyHash: ___,
  rev: ____,
  ...shown
}: PlannedLetter): ShownLetter {
  return shown
}
