import { type Code, loadCode } from './code.ts'
import { type Mutant, mutants } from './mutants.ts'
import { installMutants, queryOf } from './mutate.ts'
import { patience } from './patience.ts'
import { scenarios } from './scenario.ts'
import { simulate } from './simulate.ts'

/** The most schedules of each scenario that a mutant may survive. */
const budget = 200

/** Prints, for each mutant, one JSON line: its name and where it was caught, or null when it was not. */
installMutants(mutants)
for (const mutant of mutants) {
  const caught = await hunt(await loadCode(queryOf(mutant)), mutant)
  console.log(JSON.stringify({ mutant: mutant.name, caught }))
}

async function hunt(code: Code, mutant: Mutant): Promise<string | null> {
  for (const scenario of [...scenarios, ...patience].filter(({ name }) => mutant.scenarios.includes(name))) {
    for (let seed = 1; seed <= budget; seed++) {
      const [violation] = (await simulate(code, scenario, seed)).violations
      if (violation) return `${scenario.name}, seed ${seed}: ${violation.invariant}`
    }
  }
  return null
}
