import type { Code } from '../code.ts'
import { calm, of } from '../scenario.ts'
import { simulate } from '../simulate.ts'

/** The limit of Wacht's documentation: so many requests in any minute (functions/targets/README.md#calls-and-facts). */
const perMinute = 1000

/** How long the target takes for an answer, in milliseconds. */
const answersIn = 50

const minute = 60_000

/** How role-sync uses a limit of calls a minute. */
export interface LimitUse {
  /** The calls that the target took in the full minutes before the last write, as a part of what it would have taken. */
  readonly share: number
  /** The part of all calls that it throttled. */
  readonly wasted: number
  /** From the first event to the last write, in seconds. */
  readonly lastRight: number
  /** The same for a consumer that uses up each minute at its beginning. */
  readonly ideal: number
  /** How often SQS delivered a message, on average. */
  readonly deliveries: number
  readonly wrong: number
  /** Promises that were broken. */
  readonly broken: number
}

/** Plays so many changes, each of another member and all at once, before a target with the limit. */
export async function playMinuteLimit(code: Code, seed: number, changes: number): Promise<LimitUse> {
  const scenario = of('minute-limit', {
    ...{ members: changes, changes: 1, window: 0, instances: 10, late: 0, repeated: 0, malformed: 0 },
    ...{ faults: calm, perMinute, answersIn },
  })
  const { traffic, start, deliveries, wrong, violations } = await simulate(code, scenario, seed)
  const { up, throttled, takenIn, lastLanded } = traffic
  const fullMinutes = takenIn.slice(0, Math.floor((lastLanded - start) / minute))
  const minutesBefore = Math.ceil(changes / perMinute) - 1
  return {
    share: fullMinutes.reduce((sum, taken = 0) => sum + taken, 0) / (fullMinutes.length * perMinute),
    wasted: throttled / up,
    lastRight: (lastLanded - start) / 1000,
    ideal: (minutesBefore * minute + answersIn) / 1000,
    deliveries: deliveries / changes,
    wrong,
    broken: violations.length,
  }
}
