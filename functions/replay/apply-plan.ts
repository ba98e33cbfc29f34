import type { DeadLetter } from '../core/dead-letter/dead-letter.ts'
import type { Plan, PlannedLetter } from '../core/dead-letter/planned-letters.ts'
import { forEachOf } from '../core/for-each-of.ts'
import { createLetterApplier, isSent } from './apply-letter.ts'
import { createFailures } from './letter-failures.ts'
import type { ReplayWorld } from './replay-world.ts'
import { watchPlan } from './watch-replays.ts'

export interface ApplyOptions {
  /** Sends the letters that a guard holds, and touches no others. Without an approval each is held again. */
  readonly release?: boolean
  /** The maximum of letters sent to the changes queue per second. */
  readonly rate?: number
  /** Stops between two letters; the result then has `stopped`. */
  readonly signal?: AbortSignal
  /** Called after each letter. */
  readonly onLetter?: (progress: Applying) => void
}

/** The progress of applying a plan: counts of letters. */
export interface Applying {
  /** Sent to the changes queue. */
  readonly sent: number
  /** Superseded and duplicate letters that were removed. */
  readonly removed: number
  /** Letters that changed after the plan. */
  readonly refused: number
  /** Letters that failed, with one log line each. They stay on the queue, even if they were already sent; that is harmless. */
  readonly failed: number
  /** Sent letters that are known to be dead letters again. */
  readonly dead: number
}

/** The result of applying a plan. */
export interface AppliedPlan extends Applying {
  readonly stopped: boolean
  /** `failing`: twenty letters in a row failed. */
  readonly why?: 'came_back_dead' | 'stop_signal' | 'failing'
  /** Letters of the plan that were not received: already gone, hidden by another reader, or not reached before the stop. */
  readonly missing: number
}

/** The default of `rate`. */
export const defaultRate = 10

/** How many letters are handled at once. */
const parallel = 8

/** How many receives run at once: few, so that few letters are hidden while they wait. */
const receives = 2

/** After so many passes in a row without a letter of the plan the rest is missing: another reader may hide letters. */
const maxEmptyPasses = 3

/**
 * Applies a plan: sends its `apply` letters, removes its superseded and duplicate ones, and leaves the others alone. With `release` it
 * sends the `held` letters alone.
 */
export async function applyPlan(
  plan: Plan,
  world: ReplayWorld,
  { rate = defaultRate, signal, onLetter, release = false }: ApplyOptions = {},
): Promise<AppliedPlan> {
  const { letters } = world
  const todo = new Map(
    plan.letters.filter(release ? isHeld : isToDo).map(planned => [planned.messageId, planned]),
  )
  const counts = { sent: 0, removed: 0, refused: 0 }
  const watch = watchPlan(plan.hash, world)
  const failures = createFailures(world, plan.hash)
  const applyLetter = createLetterApplier(plan.hash, world, watch.sent)
  const turn = createSendRate(rate, world, signal)
  const hideSeconds = Math.min(60 + Math.ceil(60 / rate), 43_200)
  let why: AppliedPlan['why']

  async function* planned(idle: () => Promise<unknown>) {
    for (let empty = 0; todo.size > 0 && empty < maxEmptyPasses; empty++) {
      for await (const letter of letters.look({ hideSeconds, parallel: receives, idle })) {
        if (signal?.aborted) why = 'stop_signal'
        else if (failures.tooMany) why = 'failing'
        else if (await watch.isTooMuch()) why = 'came_back_dead'
        if (why) return
        watch.met(letter)
        const one = todo.get(letter.messageId)
        if (!one) continue
        empty = -1
        if (isSent(one)) await turn()
        if (signal?.aborted) why = 'stop_signal'
        if (why) return
        todo.delete(letter.messageId)
        yield { planned: one, letter }
        if (todo.size === 0) return
      }
    }
  }
  const handle = async ({ planned, letter }: Received) => {
    const result = await failures.attempt(letter, () => applyLetter(planned, letter))
    if (result) counts[result] += 1
    failures.over(letter)
    onLetter?.({ ...counts, failed: failures.failed, dead: watch.dead })
  }
  await forEachOf(planned, parallel, handle)
  if (failures.tooMany) why ??= 'failing'
  const { failed } = failures
  const result = { ...counts, failed, dead: watch.dead, stopped: why !== undefined, missing: todo.size }
  return why ? { ...result, why } : result
}

/** A letter of the plan, as received. */
interface Received {
  readonly planned: PlannedLetter
  readonly letter: DeadLetter
}

const isHeld = ({ verdict }: PlannedLetter): boolean => verdict === 'held'

const isToDo = (planned: PlannedLetter): boolean =>
  planned.verdict !== 'invalid' && planned.verdict !== 'undecided' && !isHeld(planned)

/** The longest single wait, in milliseconds, so that a stop signal takes effect soon. */
const maxWaitMs = 1000

/**
 * Limits the rate: each call resolves when its turn comes, at most `perSecond` times a second, evenly. Missed turns are not
 * made up for. After `signal` is aborted a waiting call resolves at once.
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
    while (now() < mine && !signal?.aborted) await wait(Math.min(maxWaitMs, mine - now()))
  }
}
