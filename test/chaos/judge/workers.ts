import type { Round } from '../round.ts'
import type { Broken } from './broken.ts'

/** What the runner says of an invocation whose worker is gone, or whose time is up: its batch comes back, as with Lambda. */
export function judgeWorkers({ strikes, output }: Round): Broken[] {
  // Only the last process lives to say it in any case.
  const { killed = [], timedOut = 0 } = strikes.at(-1) ?? {}
  const silent = [
    ...(killed.includes('invocation') ? ['ended its process'] : []),
    ...(timedOut > 0 ? ['timed out after'] : []),
  ].filter(words => !output.includes(words))
  return silent.map(words => ({
    ...{ promise: 'an invocation whose worker is gone has failed', member: '*' },
    how: `nobody said that it ${words}`,
  }))
}
