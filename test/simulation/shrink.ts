import type { Code } from './code.ts'
import { calm, type Faults, type Scenario } from './scenario.ts'
import { type Run, type Selection, simulate } from './simulate.ts'

/** A schedule that breaks a promise: how to run it again, and what it showed. */
export interface Failure {
  readonly scenario: Scenario
  readonly seed: number
  readonly selection: Selection
  readonly run: Run
}

/** The most runs that shrinking takes. */
const mostRuns = 2500

/** A candidate is tried with so many seeds: taking something out shifts what is drawn after it. */
const seedsPerCandidate = 6

/** Looks for a shorter schedule that breaks the same promise: fewer kinds of faults first, then fewer events. */
export async function shrink(code: Code, scenario: Scenario, seed: number): Promise<Failure> {
  const whole = await simulate(code, scenario, seed)
  const broken = whole.violations[0]?.invariant
  let selection: Selection = {
    events: Array.from({ length: whole.events }, (_, index) => index),
    without: [],
  }
  let found = seed
  let runs = 0

  /** Keeps the candidate if it breaks the same promise, under this seed or another. */
  const keep = async (candidate: Selection): Promise<boolean> => {
    for (const tried of Array.from({ length: seedsPerCandidate }, (_, index) => found + index * 1_000_003)) {
      if (++runs > mostRuns) return false
      const run = await simulate(code, reduced(scenario, candidate), tried, candidate)
      if (!run.violations.some(({ invariant }) => invariant === broken)) continue
      selection = candidate
      found = tried
      return true
    }
    return false
  }

  for (const name of reducible) await keep({ ...selection, without: [...(selection.without ?? []), name] })
  for (let size = Math.ceil(whole.events / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let from = 0; from < (selection.events?.length ?? 0); ) {
      const events = selection.events?.toSpliced(from, size) ?? []
      if (!(await keep({ ...selection, events }))) from += size
    }
  }
  const run = await simulate(code, reduced(scenario, selection), found, { ...selection, trace: true })
  return { scenario, seed: found, selection, run }
}

const faultNames = Object.keys(calm) as (keyof Faults)[]
const knobs = [
  'late',
  'repeated',
  'malformed',
  'replayed',
  'forged',
  'joiner',
  'doomed',
  'people',
  'twins',
  'renewed',
  'shifts',
] as const

/** What shrinking may take out of a scenario, by name; also what `--without` accepts. */
export const reducible: readonly string[] = [
  ...faultNames,
  ...knobs,
  'outages',
  'held',
  'rotations',
  'others',
]

/** The scenario without the named faults and habits; `others`: with one instance only. */
export function reduced(scenario: Scenario, { without = [] }: Selection): Scenario {
  const zero = <T extends string>(names: readonly T[]) =>
    Object.fromEntries(names.filter(name => without.includes(name)).map(name => [name, 0]))
  const { held, ...rest } = scenario
  return {
    ...rest,
    ...(held && !without.includes('held') ? { held } : {}),
    ...zero(knobs),
    ...(without.includes('outages') ? { outages: [] } : {}),
    ...(without.includes('rotations') ? { rotations: [] } : {}),
    ...(without.includes('others') ? { instances: 1 } : {}),
    faults: { ...scenario.faults, ...zero(faultNames) },
  }
}
