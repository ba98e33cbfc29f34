import type { Dialect } from './cast.ts'
import { judge } from './judge/judge.ts'
import { describe, killedIn } from './report.ts'
import { play } from './round.ts'
import { short } from './timings.ts'

/**
 * The short form of `npm run chaos`: resolves to what was broken, told in full, or to nothing, and to how many workers were
 * killed in the middle of an invocation.
 */
export async function playShort(
  dialect: Dialect,
  seed: number,
): Promise<{ broken: string; killedInvocations: number }> {
  const round = await play(
    { seed, dialect, events: 30, kills: 2, strikes: 1, timings: short, freezes: false },
    () => undefined,
  )
  const broken = judge(round)
  return {
    broken: broken.length === 0 ? '' : describe(round, broken),
    killedInvocations: killedIn(round, 'invocation'),
  }
}
