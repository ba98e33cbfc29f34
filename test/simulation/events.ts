import type { Random } from './random.ts'
import type { Scenario } from './scenario.ts'

/** An event that a producer enqueues at a moment, in milliseconds from the start of the run. */
export interface Produced {
  readonly member: string
  readonly body: string
  readonly at: number
  /** Cannot be parsed into a change, on purpose. */
  readonly malformed: boolean
}

const project = '3c90c3cc-0d44-4b50-8888-8dd25736052a'
const organization = '7301954381230018561'

/** The name of the n-th member, as the ledger has it. */
export const memberName = (scenario: Scenario, index: number): string =>
  scenario.target === 'project'
    ? `project/${project}/00000000-0000-4000-8000-00000000000${index}`
    : `wacht/${organization}/730195438123001${1000 + index}`

/** The roles that the target refuses from some moment on. */
export const doomedRoles = (scenario: Scenario): string[] => doomed.map(index => roleId(scenario, index))

const doomed = [6, 7, 8, 9]

const roleId = (scenario: Scenario, index: number): string =>
  scenario.target === 'project' ? `10000000-0000-4000-8000-00000000000${index}` : String(10 + index)

/** All events of a run: instants that nearly meet, sequences, repeats, latecomers, nonsense. */
export function produce(scenario: Scenario, start: number, randomOf: (name: string) => Random): Produced[] {
  return Array.from({ length: scenario.members }, (_, index) => {
    const random = randomOf(`events of ${index}`)
    return Array.from({ length: scenario.changes }, (_, change) =>
      produceOne(scenario, start, index, change, random),
    ).flat()
  }).flat()
}

function produceOne(
  scenario: Scenario,
  start: number,
  index: number,
  change: number,
  random: Random,
): Produced[] {
  const member = memberName(scenario, index)
  const happened = random.between(0, scenario.window)
  const late = random.chance(scenario.late)
    ? random.between(0, random.pick([60_000, 3_600_000, 86_400_000]))
    : 0
  const at = happened + random.between(0, 2000) + late
  const time = new Date(start + happened - (happened % random.pick([1, 1000, 60_000]))).toISOString()
  const role = roleId(scenario, random.chance(scenario.doomed) ? random.pick(doomed) : random.between(1, 4))
  const malformed = random.chance(scenario.malformed)
  const event = {
    specversion: '1.0',
    id: `e${index}-${change}`,
    source: '//hr.example.com',
    type: 'role.changed.v1',
    time,
    ...(random.chance(0.5) ? { sequence: String(change) } : {}),
    data: { ...dataOf(scenario, member, role, change), ...(malformed ? { roel: 'x' } : {}) },
  }
  const produced = { member, body: JSON.stringify(event), at, malformed }
  const again = random.chance(scenario.repeated) ? [{ ...produced, at: at + random.between(0, 120_000) }] : []
  return [produced, ...again]
}

function dataOf(scenario: Scenario, member: string, role: string, change: number): Record<string, unknown> {
  const [target, scope, id] = member.split('/')
  return scenario.target === 'project'
    ? { target, projectId: scope, memberId: id, groupIds: [role], owner: change % 2 === 0 }
    : { target, organizationId: scope, membershipId: id, roleId: role }
}
