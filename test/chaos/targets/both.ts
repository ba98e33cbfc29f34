import { createRandom } from '../../simulation/random.ts'
import type { Member } from '../cast.ts'
import { startOutages } from '../outage.ts'
import type { Setup } from '../round.ts'
import type { Journal } from './journal.ts'
import { createPeople, type People } from './people.ts'
import { projectRoutes } from './project.ts'
import { startTarget } from './target.ts'
import { wachtRoutes } from './wacht.ts'

/** Both targets of a run. */
export interface Targets {
  /** What points the product at them. */
  readonly env: Readonly<Record<string, string>>
  readonly tokens: readonly string[]
  readonly people: readonly People[]
  /** Ends the outages; calls are still answered. */
  calm(): Promise<void>
  stop(): Promise<void>
}

/** Starts both targets, and cuts them off and lets them reject their tokens now and then. */
export async function startTargets(
  { seed, dialect, timings }: Setup,
  cast: readonly Member[],
  journal: Journal,
): Promise<Targets> {
  const start = async (name: 'wacht' | 'project') => {
    const people = createPeople(cast.filter(({ target }) => target === name))
    const random = createRandom(seed, name)
    const routes =
      name === 'wacht'
        ? wachtRoutes(dialect, people, journal, random)
        : projectRoutes(people, journal, random)
    const token = tokenOf(seed, name)
    const target = await startTarget({ seed, timings, token, routes, people, journal })
    const outages = startOutages(target, name, createRandom(seed, `outages of ${name}`), journal)
    return { target, people, token, outages }
  }
  const wacht = await start('wacht')
  const project = await start('project')
  const both = [wacht, project]
  const calm = async () => {
    await Promise.all(both.map(({ outages }) => outages.stop()))
  }
  return {
    env: {
      ...{ WACHT_URL: wacht.target.url, WACHT_TOKEN: wacht.token, WACHT_DIALECT: dialect },
      ...{ PROJECT_URL: `${project.target.url}/api/`, PROJECT_TOKEN: project.token },
    },
    tokens: both.map(({ token }) => token),
    people: both.map(({ people }) => people),
    calm,
    stop: async () => {
      await calm()
      await Promise.all(both.map(({ target }) => target.close()))
    },
  }
}

function tokenOf(seed: number, name: string): string {
  const random = createRandom(seed, `token of ${name}`)
  return `${name}_live_${Array.from({ length: 32 }, () => random.between(0, 15).toString(16)).join('')}`
}
