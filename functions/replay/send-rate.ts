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
