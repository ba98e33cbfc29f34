import type { DeadLetter } from '../core/dead-letter/dead-letter.ts'
import type { Plan, PlannedLetter } from '../core/dead-letter/planned-letters.ts'
import { forEachOf } from '../core/for-each-of.ts'
import { createLetterApplier } from './apply-letter.ts'
import { createFailures } from './letter-failures.ts'
import type { ReplayWorld } from './replay-world.ts'
import { watchPlan } from './watch-replays.ts'

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
  /** Letters that failed; each has a line that says why. They stay, some although they were sent, which does no harm. */
  readonly failed: number
  /** Sent letters that came back dead, as far as it is known. */
  readonly dead: number
}

/** What became of a plan. */
export interface AppliedPlan extends Applying {
  readonly stopped: boolean
  /** `failing`: twenty letters in a row failed. */
  readonly why?: 'came_back_dead' | 'stop_signal' | 'failing'
  /** Letters of the plan that were not met: somebody else dealt with them, or is looking at them, or it was stopped before. */
  readonly missing: number
}

/** Letters sent a second unless it is said. */
export const usualRate = 10

/** Letters that are dealt with at once. */
const parallel = 8

/** Receives at once: few, so that no more letters are hidden than will soon be dealt with. */
const receives = 2

/** Looks in a row that meet no letter of the plan before the rest counts as missing: somebody else may be looking. */
const looksInVain = 3

/** Does what a plan says and nothing else: sends the `apply` letters, removes the settled ones, leaves the others alone. */
export async function applyPlan(
  plan: Plan,
  world: ReplayWorld,
  { rate = usualRate, signal, onLetter }: ApplyOptions = {},
): Promise<AppliedPlan> {
  const { letters } = world
  const todo = new Map(plan.letters.filter(isDealtWith).map(planned => [planned.messageId, planned]))
  const counts = { sent: 0, removed: 0, refused: 0 }
  const watch = watchPlan(plan.hash, world)
  const failures = createFailures(world, plan.hash)
  const deal = createLetterApplier(plan.hash, world, watch.sent)
  const turn = createSendRate(rate, world, signal)
  const hideSeconds = Math.min(60 + Math.ceil(60 / rate), 43_200)
  let why: AppliedPlan['why']

  async function* meant(idle: () => Promise<unknown>) {
    for (let vain = 0; todo.size > 0 && vain < looksInVain; vain++) {
      for await (const letter of letters.look({ hideSeconds, parallel: receives, idle })) {
        if (signal?.aborted) why = 'stop_signal'
        else if (failures.tooMany) why = 'failing'
        else if (await watch.isTooMuch()) why = 'came_back_dead'
        if (why) return
        watch.met(letter)
        const planned = todo.get(letter.messageId)
        if (!planned) continue
        vain = -1
        if (planned.verdict === 'apply') await turn()
        if (signal?.aborted) why = 'stop_signal'
        if (why) return
        todo.delete(letter.messageId)
        yield { planned, letter }
        if (todo.size === 0) return
      }
    }
  }
  const dealWith = async ({ planned, letter }: Met) => {
    const dealt = await failures.attempt(letter, () => deal(planned, letter))
    if (dealt) counts[dealt] += 1
    failures.over(letter)
    onLetter?.({ ...counts, failed: failures.failed, dead: watch.dead })
  }
  await forEachOf(meant, parallel, dealWith)
  if (failures.tooMany) why ??= 'failing'
  const { failed } = failures
  const result = { ...counts, failed, dead: watch.dead, stopped: why !== undefined, missing: todo.size }
  return why ? { ...result, why } : result
}

/** A letter of the plan that was met. */
interface Met {
  readonly planned: PlannedLetter
  readonly letter: DeadLetter
}

const isDealtWith = ({ verdict }: PlannedLetter): boolean => verdict !== 'invalid' && verdict !== 'undecided'

/** The longest that is slept in one go, in milliseconds: whoever is told to end must not sleep on. */
const nap = 1000

/**
 * Gives a turn so many times a second at the most, evenly; what was missed is not made up for. A turn that was waited for
 * when `signal` was aborted is given at once.
 */
export function createSendRate(
  perSecond: number,
  { now, wait }: { readonly now: () => number; readonly wait: (ms: number) => Promise<void> },
  signal?: AbortSignal,
): () => Promise<void> {
  let next = now()
  return async () => {
    const mine = Math.max(next, now())
    next = mine + 1000 / perSecond
    while (now() < mine && !signal?.aborted) await wait(Math.min(nap, mine - now()))
  }
}
