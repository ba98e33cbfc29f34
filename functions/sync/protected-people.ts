import { BoundedMap } from '../core/bounded-map.ts'
import type { Delivery } from '../core/event/by-member.ts'
import type { Scope } from '../core/event/role-catalogue.ts'
import { withoutScope } from '../core/guard/guards.ts'
import { scopeName, scopeOf } from '../core/people/person-event.ts'
import { unreadWaits, type Waits } from '../core/people/person-verdict.ts'
import type { Roster } from '../core/ports.ts'
import type { SettledChange } from './member-changes.ts'
import { retryVerdict } from './person-messages.ts'
import { createMemberLists, type MemberLists, type SoughtEmails } from './search-scope.ts'
import type { ProtectedPeople, SyncWorld } from './sync-world.ts'

/** Deliveries that are known to be about protected people or not, and those of which it is not known now, with their retries. */
export interface Identified {
  readonly known: readonly Delivery[]
  readonly unknown: readonly SettledChange[]
}

/**
 * Finds out which changes are about members of protected people (functions/README.md#protected-people). A scope's list is read once, and remembered. A target may find
 * a member by its id alone, so a change needs all scopes of its target. `deadline` is that of requests. Never rejects.
 */
export type IdentifyPeople = (deliveries: readonly Delivery[], deadline: number) => Promise<Identified>

/** Without protected people nothing is read. */
export function createIdentifyPeople(world: SyncWorld): IdentifyPeople {
  const people = world.guards?.people
  if (!people) return async deliveries => ({ known: deliveries, unknown: [] })
  const rosterOf = createRosters(people, world)

  return async (deliveries, deadline) => {
    const wrong = deliveries.length > 0 && (await wrongSecret(people, world))
    if (wrong && people.areTried) return { known: deliveries, unknown: [] }
    if (wrong)
      return {
        known: [],
        unknown: deliveries.map(each => ({
          delivery: each,
          verdict: retryVerdict(each.message, wrong, world),
        })),
      }
    const lists = createMemberLists(world, people.areTried ? (world.now() + deadline) / 2 : deadline)
    const byTarget = [...Map.groupBy(deliveries, ({ change }) => change.target).values()]
    const settled = await Promise.all(byTarget.map(ofTarget => identify(ofTarget, lists)))
    return {
      known: settled.flatMap(({ known }) => known),
      unknown: settled.flatMap(({ unknown }) => unknown),
    }
  }

  async function identify(ofTarget: readonly Delivery[], lists: MemberLists): Promise<Identified> {
    const target = ofTarget[0]!.change.target
    const inCatalogue = people!.scopes.filter(each => each.target === target).map(scopeName)
    const rosters = new Map<string, Roster | Waits>()
    for (const name of new Set([...inCatalogue, ...ofTarget.map(({ change }) => scopeOf(change.member))]))
      rosters.set(name, await rosterOf(name, lists))

    const known: Delivery[] = []
    const unknown: SettledChange[] = []
    for (const delivery of ofTarget) {
      const { message, change } = delivery
      const needed = new Set([...inCatalogue, scopeOf(change.member)])
      const found = [...needed].map(name => rosters.get(name) as Roster | Waits)
      const waits = found.find(each => 'cause' in each)
      if (waits) unknown.push({ delivery, verdict: retryVerdict(message, waits, world) })
      else
        known.push({ ...delivery, change: { ...change, people: ownersIn(found as Roster[], change.member) } })
    }
    return { known, unknown }
  }
}

/** Why the keys of the guards file are not those that the secret of people makes. Under another secret they are nobody's. */
async function wrongSecret(
  { fingerprints }: ProtectedPeople,
  { people, telemetry }: SyncWorld,
): Promise<Waits | undefined> {
  try {
    const now = await people.fingerprint()
    const others = [...fingerprints].filter(each => each !== now)
    if (others.length === 0) return undefined
    const detail = `keys of people were made under the secret ${others.join()}, which is ${now} now`
    telemetry.trouble(
      'keys of protected people are of another secret; changes are retried until the keys are printed again',
      new Error(detail),
    )
    return { cause: 'read_failed', detail }
  } catch {
    return unreadableSecret
  }
}

const unreadableSecret: Waits = { cause: 'read_failed', detail: 'the secret of people is not readable' }

/** The keys of the people whose member this is, whatever scope its name has. */
const ownersIn = (rosters: readonly Roster[], member: string): string[] =>
  rosters.flatMap(({ members }) =>
    Object.entries(members)
      .filter(([, own]) => own.some(each => withoutScope(each) === withoutScope(member)))
      .map(([key]) => key),
  )

/** How long what could not be read of people in shadow mode is not read again, in milliseconds. */
const restMs = 60_000

/** The most scopes that an instance keeps in mind: events may name any. */
const mostKept = 1000

/** Any address. */
const anybody = (size: number): SoughtEmails => ({ has: () => true, size })

/** Reads what a scope's list shows of the protected people, unless this instance or the table remembers it. */
function createRosters({ keys, areTried, rosters: memory }: ProtectedPeople, world: SyncWorld) {
  const { now, telemetry } = world
  const kept = new BoundedMap<string, Roster>(mostKept)
  const failed = (error: unknown): undefined => {
    telemetry.trouble('memory of people not available; people are searched in the lists', error)
  }

  return async (name: string, lists: MemberLists): Promise<Roster | Waits> => {
    const before = kept.get(name)
    if (before && before.until > now()) return before
    const stored = await memory.recall(name).catch(failed)
    const found = stored ?? (await read(name, lists))
    const roster = areTried && 'cause' in found ? { members: {}, until: now() + restMs } : found
    if ('members' in roster && roster.until > now()) kept.set(name, roster)
    return roster
  }

  async function read(name: string, lists: MemberLists): Promise<Roster | Waits> {
    const [target = '', scope = ''] = name.split('/')
    const members = new Map<string, Set<string>>()
    // A list of several pages can shift while it is read, so it is read twice: a person may have two memberships.
    for (let reading = 1; reading <= 2; reading++) {
      const search = await lists.search({ target, scope } satisfies Scope, anybody(keys.size))
      if (!search.ok) {
        if (search.effect.kind !== 'refused') return unreadWaits(search.effect)
        return { cause: 'read_failed', detail: `${name}: the list of its members is refused` }
      }
      try {
        for (const [email, places] of search.found) {
          const key = await world.people.key(email)
          if (!keys.has(key)) continue
          members.set(key, (members.get(key) ?? new Set()).union(new Set(places.map(({ member }) => member))))
        }
      } catch {
        return unreadableSecret
      }
      if (search.pages <= 1) break
    }
    const found = Object.fromEntries([...members].map(([key, own]) => [key, [...own]]))
    return (await memory.remember(name, found).catch(failed)) ?? { members: found, until: now() }
  }
}
