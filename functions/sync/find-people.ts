import type { Scope } from '../core/event/role-catalogue.ts'
import { type Lookup, scopeName } from '../core/people/person-event.ts'
import type { PersonFinding } from '../core/people/person-progress.ts'
import type { PersonPlace } from '../core/ports.ts'
import { forgiving } from './known-places.ts'
import { createMemberLists, type MemberLists, type Search } from './search-scope.ts'
import type { SyncWorld, TargetLink } from './sync-world.ts'

/** The findings on the people of a batch, by folded address. */
export interface People {
  /** The key of a person. Undefined if the memory is not available. */
  readonly keyOf: (email: string) => string | undefined
  readonly findingsOf: (lookup: Lookup) => readonly PersonFinding[]
}

/** A person, by folded address, to find in one scope. */
interface Pair {
  readonly email: string
  readonly scope: Scope
}

/** Finds the people of a batch in all their scopes. Each scope is read at most once, and not for remembered people. */
export async function findPeople(
  lookups: readonly Lookup[],
  world: SyncWorld,
  deadline: number,
): Promise<People> {
  const memory = forgiving(world)
  const lists = createMemberLists(world, deadline)
  const emails = new Set(lookups.map(({ email }) => email))
  const keys = new Map(
    await Promise.all([...emails].map(async email => [email, await memory.key(email)] as const)),
  )
  const pairs = new Map(
    lookups.flatMap(({ email, scopes }) =>
      scopes.map(scope => [placeOf({ email, scope }), { email, scope }] as const),
    ),
  )
  const recalled = await Promise.all(
    [...pairs.values()].map(async pair => {
      const key = keys.get(pair.email)
      const place = key === undefined ? undefined : await memory.recall(key, scopeName(pair.scope))
      return place ? [{ ...pair, place }] : []
    }),
  )
  const remembered = await stillThere(recalled.flat(), lists, world)
  const sought = [...pairs].filter(([place]) => !remembered.has(place)).map(([, pair]) => pair)
  const searches = await searchAll(sought, lists)

  const findingOf = (email: string, given: Scope): PersonFinding => {
    const scope = scopeName(given)
    const member = remembered.get(placeOf({ email, scope: given }))
    if (member !== undefined) return { kind: 'remembered', scope, member }
    const searched = searches.get(scope) as Search
    if (!searched.ok) return { kind: 'unread', scope, effect: searched.effect }
    const { at, pages, listed, found } = searched
    const members = (found.get(email) ?? []).map(place => place.member)
    return { kind: 'searched', scope, at, pages, listed, members }
  }
  await Promise.all(
    sought.map(async ({ email, scope }) => {
      const key = keys.get(email)
      const searched = searches.get(scopeName(scope)) as Search
      const [place, another] = (searched.ok && searched.found.get(email)) || []
      if (key !== undefined && place && !another) await memory.remember(key, place)
    }),
  )
  return {
    keyOf: email => keys.get(email),
    findingsOf: ({ email, scopes }) => scopes.map(scope => findingOf(email, scope)),
  }
}

const placeOf = ({ email, scope }: Pair): string => `${scopeName(scope)} ${email}`

/** The remembered members that are still there. If the target does not refuse writes to removed members, their page is read. */
async function stillThere(
  recalled: readonly (Pair & { readonly place: PersonPlace })[],
  lists: MemberLists,
  world: SyncWorld,
): Promise<ReadonlyMap<string, string>> {
  const there = new Map<string, string>()
  await forEachScope(recalled, async (scope, ofScope) => {
    const { target } = world.targets.get(scope.target) as TargetLink
    for (const [page, ofPage] of Map.groupBy(ofScope, ({ place }) => place.page)) {
      const members = new Map(ofPage.map(({ email, place }) => [email, place.member]))
      const confirmed = target.tellsGone
        ? members
        : page === undefined
          ? new Map<string, string>()
          : await lists.confirm(scope, page, members)
      for (const [email, member] of confirmed) there.set(placeOf({ email, scope }), member)
    }
  })
  return there
}

/** Searches each scope once. */
async function searchAll(sought: readonly Pair[], lists: MemberLists): Promise<ReadonlyMap<string, Search>> {
  const searches = new Map<string, Search>()
  await forEachScope(sought, async (scope, ofScope) => {
    const emails = new Set(ofScope.map(({ email }) => email))
    searches.set(scopeName(scope), await lists.search(scope, emails))
  })
  return searches
}

/** Runs targets in parallel, and the scopes of a target one after the other. */
async function forEachScope<P extends Pair>(
  pairs: readonly P[],
  act: (scope: Scope, ofScope: readonly P[]) => Promise<void>,
): Promise<void> {
  const byTarget = Map.groupBy(pairs, ({ scope }) => scope.target)
  await Promise.all(
    [...byTarget.values()].map(async ofTarget => {
      for (const ofScope of Map.groupBy(ofTarget, ({ scope }) => scopeName(scope)).values()) {
        await act((ofScope[0] as P).scope, ofScope)
      }
    }),
  )
}
