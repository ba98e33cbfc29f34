import type { Plan, PlannedLetter } from '../core/dead-letter/planned-letters.ts'
import type { Catalogue } from '../core/event/role-catalogue.ts'
import { type AppliedPlan, applyPlan } from './apply-plan.ts'
import { type DescribedCatalogue, describeCatalogue } from './described-catalogue.ts'
import { type Drained, drain } from './drain-letters.ts'
import { makePlan } from './make-plan.ts'
import type { ReplayRequest } from './replay-request.ts'
import type { ReplayWorld } from './replay-world.ts'

/** A short plan and, unless it was a dry run, its result. */
export interface Replayed extends Pick<Plan, 'hash' | 'counts'> {
  readonly dryRun: boolean
  /** The oldest hundred letters of the plan. */
  readonly letters: readonly ShownLetter[]
  /** Letters that failed and are not in the plan. */
  readonly failed: number
  /** Letters that another reader has and that are not in the plan. */
  readonly hidden: number
  /** Whether every matching letter is in the plan. */
  readonly complete: boolean
  readonly applied?: AppliedPlan
}

/** The fields of a letter in an answer: without those that only applying needs. */
export type ShownLetter = Omit<PlannedLetter, 'messageId' | 'sentAt' | 'bodyHash' | 'rev'>

/** The maximum of letters in an answer. */
const maxShown = 100

/** The answers of the replay function. */
export type ReplayAnswer = Replayed | Drained | DescribedCatalogue

/** What the deployment of the replay function sets. */
export interface ReplayDeployment {
  readonly catalogue: Catalogue
  readonly renewAfterMs: number
}

/** Runs a request of the replay function. `signal` stops it: planning then rejects, because nothing was done. */
export async function answer(
  request: ReplayRequest,
  world: ReplayWorld,
  { catalogue, renewAfterMs }: ReplayDeployment,
  signal: AbortSignal,
): Promise<ReplayAnswer> {
  switch (request.action) {
    case 'replay':
      return replay(request, world, signal)
    case 'drain':
      return drain(world, { renewAfterMs, signal })
    case 'describe':
      return describeCatalogue(catalogue)
    default:
      return request satisfies never
  }
}

async function replay(
  { filter, limit, dryRun }: ReplayRequest & { action: 'replay' },
  world: ReplayWorld,
  signal: AbortSignal,
): Promise<Replayed> {
  const plan = await makePlan(world, { filter, limit, signal })
  const { hash, counts, letters, failed, hidden } = plan
  const shown = {
    ...{ dryRun, hash, counts, letters: letters.slice(0, maxShown).map(shownOf) },
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
