import type { Finding } from '../core/findings.ts'
import { type Lookup, scopeName } from '../core/person.ts'
import type { Scope } from '../core/roles.ts'
import { forgiving } from './memory.ts'
import { type Search, search } from './search.ts'
import type { World } from './world.ts'

/** What is known of the people of a batch, by folded address. */
export interface People {
  /** The key under which a person is remembered; undefined where there is no memory now. */
  readonly keyOf: (email: string) => string | undefined
  readonly findingsOf: (lookup: Lookup) => readonly Finding[]
}

/**
 * Finds the people of a batch in all their scopes: each scope is read at most once, for all of them together, and not at
 * all for whom this was remembered.
 */
export async function findPeople(
  lookups: readonly Lookup[],
  world: World,
  deadline: number,
): Promise<People> {
  const memory = forgiving(world)
  const emails = new Set(lookups.map(({ email }) => email))
  const keys = new Map(
    await Promise.all([...emails].map(async email => [email, await memory.key(email)] as const)),
  )
  const pairs = new Map(
    lookups.flatMap(({ email, scopes }) =>
      scopes.map(scope => [placeOf(email, scope), { email, scope }] as const),
    ),
  )
  const remembered = new Map<string, string>()
  await Promise.all(
    [...pairs].map(async ([place, { email, scope }]) => {
      const key = keys.get(email)
      const member = key === undefined ? undefined : await memory.recall(key, scopeName(scope))
      if (member !== undefined) remembered.set(place, member)
    }),
  )
  const sought = [...pairs].filter(([place]) => !remembered.has(place)).map(([, pair]) => pair)
  const searches = await searchAll(sought, world, deadline)

  const findingOf = (email: string, given: Scope): Finding => {
    const scope = scopeName(given)
    const member = remembered.get(placeOf(email, given))
    if (member !== undefined) return { kind: 'remembered', scope, member }
    const searched = searches.get(scope) as Search
    if (searched.ok) {
      return { kind: 'searched', scope, members: searched.found.get(email) ?? [], listed: searched.listed }
    }
    const { effect } = searched
    // A scope that is not there, or not yet, has no members.
    if (effect.kind === 'refused' && effect.reason === 'not_found') {
      return { kind: 'searched', scope, members: [], listed: 0 }
    }
    return { kind: 'unread', scope, effect }
  }
  const found = sought.map(({ email, scope }) => ({ key: keys.get(email), ...findingOf(email, scope) }))
  await Promise.all(
    found.map(async finding => {
      if (finding.kind !== 'searched' || finding.key === undefined) return
      const [member, another] = finding.members
      if (member !== undefined && another === undefined) await memory.remember(finding.key, member)
    }),
  )
  return {
    keyOf: email => keys.get(email),
    findingsOf: ({ email, scopes }) => scopes.map(scope => findingOf(email, scope)),
  }
}

const placeOf = (email: string, scope: Scope): string => `${scopeName(scope)} ${email}`

/** Searches each scope once: targets side by side, the scopes of a target one after the other. */
async function searchAll(
  sought: readonly { readonly email: string; readonly scope: Scope }[],
  world: World,
  deadline: number,
): Promise<ReadonlyMap<string, Search>> {
  const searches = new Map<string, Search>()
  const byTarget = Map.groupBy(sought, ({ scope }) => scope.target)
  await Promise.all(
    [...byTarget.values()].map(async ofTarget => {
      for (const [name, ofScope] of Map.groupBy(ofTarget, ({ scope }) => scopeName(scope))) {
        const emails = new Set(ofScope.map(({ email }) => email))
        const { scope } = ofScope[0] as { readonly scope: Scope }
        searches.set(name, await search(scope, emails, world, deadline))
      }
    }),
  )
  return searches
}
