import { loadCode } from './code.ts'
import { mutants } from './mutants.ts'
import { installMutants, queryOf } from './mutate.ts'
import type { Violation } from './observer.ts'
import { describe } from './report.ts'
import { scenarios } from './scenario.ts'
import { reduced, shrink } from './shrink.ts'
import { simulate } from './simulate.ts'

/** What is printed. */
export interface Shortest {
  /** How many events the whole schedule has, and how many are left. */
  readonly events: number
  readonly left: number
  readonly without: readonly string[]
  /** The invariant that the whole schedule breaks, and what its shortest breaks when it is run again. */
  readonly broken: string | undefined
  readonly again: Violation | undefined
  /** What a person is told. */
  readonly text: string
}

/** Prints, as one JSON object, what shrinking makes of a schedule that catches the mistake of that name. */
const mutant = mutants.find(({ name }) => name === process.argv[2])
const scenario = scenarios.find(({ name }) => name === mutant?.scenarios[0])
if (!mutant || !scenario) throw new Error(`no mistake ${process.argv[2]}`)
installMutants([mutant])
const code = await loadCode(queryOf(mutant))

let seed = 1
let whole = await simulate(code, scenario, seed)
while (whole.violations.length === 0) whole = await simulate(code, scenario, ++seed)
const failure = await shrink(code, scenario, seed)
const { selection } = failure
const again = await simulate(code, reduced(scenario, selection), failure.seed, selection)
const shortest: Shortest = {
  events: whole.events,
  left: selection.events?.length ?? 0,
  without: selection.without ?? [],
  broken: whole.violations[0]?.invariant,
  again: again.violations[0],
  text: describe(failure),
}
console.log(JSON.stringify(shortest))
