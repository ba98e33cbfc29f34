import type { Clock } from './clock.ts'
import type { Instance } from './lambda.ts'
import type { Random } from './random.ts'

/** How a call to an AWS service can go wrong; probabilities. */
export interface Trouble {
  /** The answer never comes: the work was done or not. */
  readonly silent: number
  /** Refused: the work was not done. */
  readonly throttled: number
}

/** How long the SDK waits before it calls a service silent, in milliseconds. */
const silenceMs = 1500

/**
 * A call of one instance to a service: it takes time, its answer may be lost, and it never comes to an instance that has
 * died in between, though the work may have been done.
 */
export function callRemote<T>(
  clock: Clock,
  instance: Instance,
  random: Random,
  { silent, throttled }: Trouble,
  work: () => T,
): Promise<T> {
  return new Promise((resolve, reject) => {
    instance.calls++
    const lost = random.chance(silent)
    const refused = !lost && random.chance(throttled)
    const happens = lost ? random.chance(0.5) : !refused
    const answersLate = random.chance(0.2)
    clock.at(clock.now() + random.between(1, 15), () => {
      const result = happens ? work() : undefined
      const answer = () => {
        instance.calls--
        if (!instance.alive) return
        if (lost || refused) reject(new Error(lost ? 'time-out' : 'throttled'))
        else resolve(result as T)
      }
      if (lost) clock.at(clock.now() + silenceMs, answer)
      else if (answersLate) clock.at(clock.now() + random.between(1, 400), answer)
      else answer()
    })
  })
}
