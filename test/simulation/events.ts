import type { Catalogue } from '../../functions/core/event/role-catalogue.ts'
import { datedEvent } from './dated-events.ts'
import { capitalized } from './people.ts'
import { type Place, placeOf, placesOf } from './places.ts'
import type { Random } from './random.ts'
import type { Scenario } from './scenario.ts'

/** An event that a producer enqueues at a moment, in milliseconds from the start of the run. */
export interface Produced {
  readonly member: string
  readonly body: string
  readonly at: number
  /** Cannot be parsed into a change, on purpose. */
  readonly malformed: boolean
  /** Names the person, whose members it is for. */
  readonly named: boolean
}

/** The address of the n-th member, folded: one person is a member of every target, and each address a part of the next. */
export const addressOf = (scenario: Scenario, index: number): string =>
  `${'a'.repeat(1 + (Math.floor(index / placesOf(scenario).length) % 50))}@example.com`

/** The name of another member of the same scope, who has the same address. */
export const twinOf = (member: string): string =>
  member.replace(/\/7(\d{18})$/, '/8$1').replace(/\/0(0{7}-0000-4000-8000-\d{12})$/, '/1$1')

/** The name of the membership that a person has after this one was removed. */
export const renewedOf = (member: string): string => member.replace(/\/7(\d{18})$/, '/6$1')

/** Whether a membership was made anew. */
export const isRenewed = (member: string): boolean => /^wacht\/\d+\/6\d{18}$/.test(member)

/** The roles by name, for events that name people. */
export const catalogueOf = (scenario: Scenario): Catalogue =>
  Object.fromEntries(
    [1, 2, 3, 4, ...doomed].map(index => [
      `r${index}`,
      {
        ...Object.fromEntries(
          placesOf(scenario).map(place => [place, Object.fromEntries(scopesOf(scenario, place, index))]),
        ),
        ...((scenario.burst || scenario.dates) && index === withdrawing && { withdraws: true }),
        ...(scenario.drift?.automatic && index <= 2 && { withdraws: true }),
      },
    ]),
  )

const scopesOf = ({ scopes }: Scenario, place: Place, index: number) =>
  Array.from({ length: Math.max(scopes.length, 1) }, (_, scope) => [
    scopeId(place, scope),
    place === 'project'
      ? { groupIds: [roleId(place, index)], owner: index % 2 === 0 }
      : { roleId: roleId(place, index) },
  ])

/** The id of the n-th scope of a target: an organization, a project. */
export const scopeId = (place: Place, scope: number): string =>
  place === 'project'
    ? `3c90c3cc-0d44-4b50-8888-${(0x8dd25736052a + scope).toString(16)}`
    : `7301954381230018${561 + scope}`

/** The place of the n-th member's scope among those of its target. */
function scopeIndex(scenario: Scenario, index: number): number {
  let left = Math.floor(index / placesOf(scenario).length)
  const scope = scenario.scopes.findIndex(({ members }) => {
    left -= members
    return left < 0
  })
  return Math.max(scope, 0)
}

/** The name of the n-th member, as the ledger has it. */
export function memberName(scenario: Scenario, index: number): string {
  const place = placesOf(scenario)[index % placesOf(scenario).length] as Place
  const scope = scopeId(place, scopeIndex(scenario, index))
  return place === 'project'
    ? `project/${scope}/00000000-0000-4000-8000-${String(index).padStart(12, '0')}`
    : `wacht/${scope}/${7_301_954_381_230_011_000n + BigInt(index)}`
}

export const memberNames = (scenario: Scenario): string[] =>
  Array.from({ length: scenario.members }, (_, index) => memberName(scenario, index))

/** The roles that a member's target takes. */
export const rolesOf = (member: string): string[] => [1, 2, 3, 4].map(index => roleId(placeOf(member), index))

/** The roles that the member's target refuses from some moment on. */
export const doomedRoles = (member: string): string[] => doomed.map(index => roleId(placeOf(member), index))

const doomed = [6, 7, 8, 9]

/** The role that takes access away. */
const withdrawing = 1

const roleId = (place: Place, index: number): string =>
  place === 'project' ? `10000000-0000-4000-8000-00000000000${index}` : String(10 + index)

/** All events of a run: instants that nearly meet, sequences, repeats, latecomers, nonsense. */
export function produce(scenario: Scenario, start: number, randomOf: (name: string) => Random): Produced[] {
  return Array.from({ length: scenario.members }, (_, index) => {
    const random = randomOf(`events of ${index}`)
    const own = Array.from({ length: scenario.changes }, (_, change) =>
      scenario.dates
        ? datedEvent({ ...scenario, dates: scenario.dates }, start, index, change, random)
        : produceOne(scenario, start, index, change, random),
    )
    return [
      ...own,
      ...(scenario.burst?.wrongAt ?? []).map(at => withdraw(scenario, start + at, start, index, random)),
    ].flat()
  }).flat()
}

/** A source that goes wrong withdraws this member too: by an event of now, or one of last year. It may claim to be any source. */
function withdraw(
  scenario: Scenario,
  wrongAt: number,
  start: number,
  index: number,
  random: Random,
): Produced[] {
  const member = memberName(scenario, index)
  const happened = wrongAt + random.between(0, 10 * 60_000)
  const event = {
    specversion: '1.0',
    id: `b${index}-${wrongAt - start}`,
    source: random.pick(['//hr.example.com', '//ad.example.com', '//it.example.com']),
    type: 'role.changed.v1',
    time: new Date(random.chance(0.1) ? happened - 365 * 86_400_000 : happened).toISOString(),
    data: dataOf(member, roleId(placeOf(member), withdrawing), 1),
  }
  const at = happened - start + random.between(0, 60_000)
  const produced = { member, body: JSON.stringify(event), at, malformed: false, named: false }
  return random.chance(scenario.repeated) ? [produced, { ...produced, at: at + 60_000 }] : [produced]
}

function produceOne(
  scenario: Scenario,
  start: number,
  index: number,
  change: number,
  random: Random,
): Produced[] {
  const member = memberName(scenario, index)
  const { window = scenario.window } = scenario.scopes[scopeIndex(scenario, index)] ?? {}
  const happened = random.between(0, window)
  const late = random.chance(scenario.late)
    ? random.between(0, random.pick([60_000, 3_600_000, 86_400_000]))
    : 0
  const at = happened + random.between(0, 2000) + late
  const aheadMs = random.chance(scenario.ahead) ? random.between(0, 7 * 60_000) : 0
  const time = new Date(
    start + happened + aheadMs - (happened % random.pick([1, 1000, 60_000])),
  ).toISOString()
  const role = random.chance(scenario.doomed) ? random.pick(doomed) : random.between(1, 4)
  const malformed = random.chance(scenario.malformed)
  const named = random.chance(scenario.people)
  const address = addressOf(scenario, index)
  const data = named
    ? { person: { email: random.chance(0.5) ? capitalized(address) : address }, role: `r${role}` }
    : dataOf(member, roleId(placeOf(member), role), change)
  const event = {
    specversion: '1.0',
    id: `e${index}-${change}`,
    source: '//hr.example.com',
    type: 'role.changed.v1',
    time,
    ...(random.chance(0.5) ? { sequence: String(change) } : {}),
    data: { ...data, ...(malformed ? { roel: 'x' } : {}) },
  }
  const produced = { member, body: JSON.stringify(event), at, malformed, named }
  const again = random.chance(scenario.repeated) ? [{ ...produced, at: at + random.between(0, 120_000) }] : []
  return [produced, ...again]
}

/** The id of the n-th role at the target of a member. */
export const roleIdOf = (member: string, index: number): string => roleId(placeOf(member), index)

/** The data of an event that names a member, and the ids of a role. */
export function dataOf(member: string, role: string, change: number): Record<string, unknown> {
  const [target, scope, id] = member.split('/')
  return target === 'project'
    ? { target, projectId: scope, memberId: id, groupIds: [role], owner: change % 2 === 0 }
    : { target, organizationId: scope, membershipId: id, roleId: role }
}
