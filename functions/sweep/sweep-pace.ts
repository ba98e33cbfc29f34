/** Gives the calls of one target their turns: at most so many a minute, in even steps. */
export function createPace(
  callsPerMinute: number,
  now: () => number,
  wait: (ms: number) => Promise<unknown>,
): () => Promise<void> {
  const gapMs = 60_000 / callsPerMinute
  let next = 0
  return async () => {
    const turn = Math.max(now(), next)
    next = turn + gapMs
    if (turn > now()) await wait(turn - now())
  }
}
