import { loadCode } from './code.ts'
import { mutants } from './mutants.ts'
import { installMutants, queryOf } from './mutate.ts'
import { calm, of } from './scenario.ts'
import { simulate } from './simulate.ts'

/** How long members with few changes wait for their newest role once a target that hung answers again. */
export interface Recovery {
  /** How long it hung, in hours, and the changes of each member. */
  readonly hours: number
  readonly changes: number
  /** In seconds, one for each seed: until the last of the members holds its newest role. */
  readonly spread: readonly number[]
  /** The same where receives are not spread over the time that is left. */
  readonly unspread: readonly number[]
}

const hour = 3_600_000
const seeds = [1, 2, 3]

/** Prints the recoveries as one JSON array. */
const unspread = mutants.filter(({ name }) => name.endsWith('over the time until the give-up time'))
installMutants(unspread)
const ours = await loadCode()
const others = await loadCode(unspread.map(queryOf)[0])

const recoveries: Recovery[] = []
for (const hours of [2, 20, 70]) {
  for (const changes of [1, 3]) {
    const scenario = of('recovery', {
      ...{ members: 4, changes, window: hour / 6, late: 0, repeated: 0, malformed: 0, faults: calm },
      outages: [{ from: 0, to: hours * hour, answers: 'nothing' }],
    })
    const seconds = async (code: typeof ours, seed: number) => {
      const { start, traffic, violations, wrong } = await simulate(code, scenario, seed)
      if (wrong > 0 || (code === ours && violations.length > 0)) throw new Error(`seed ${seed} is broken`)
      return (traffic.lastLanded - start - hours * hour) / 1000
    }
    const spread = await inTurn(seeds, seed => seconds(ours, seed))
    recoveries.push({ hours, changes, spread, unspread: await inTurn(seeds, seed => seconds(others, seed)) })
  }
}
console.log(JSON.stringify(recoveries))

/** One run after the other. */
async function inTurn<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  for (const item of items) results.push(await work(item))
  return results
}
