import * as v from 'valibot'
import { canonicalJson, compareText } from '../json.ts'
import { type Desired, sameDesired } from '../ledger/desired-state.ts'
import { table } from '../reviewed-table.ts'
import { problemsOf } from '../schema-problems.ts'
import { roleName } from './ids.ts'

/** The role catalogue: role → target → scope → desired state. */
export type Catalogue = Readonly<Record<string, CatalogueRole>>

/** A role of the catalogue: its states, by target and scope. */
export interface CatalogueRole {
  /** Who moves to this role loses access: such a change is a withdrawal. */
  readonly withdraws?: boolean
  readonly [target: string]: Readonly<Record<string, Desired>> | boolean | undefined
}

/** A target's part of the catalogue: the schemas of its scopes and states. */
export interface CatalogueKind {
  readonly name: string
  readonly scope: v.GenericSchema<string, string>
  readonly state: v.GenericSchema<unknown, Desired>
}

export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: string[] }

/** Parses the content of a catalogue file. Each problem names its path and the rule. */
export function parseCatalogueOf(kinds: readonly CatalogueKind[], content: unknown): Parsed<Catalogue> {
  const scopes = kinds.map(({ name, scope, state }) => [
    name,
    v.optional(table(scope, state, 'must be an object of scopes')),
  ])
  const role = v.strictObject(
    { ...Object.fromEntries(scopes), withdraws: v.optional(v.boolean('must be true or false')) },
    'must be an object of targets',
  )
  const roles = table(roleName, role, 'must be an object of roles')
  const result = v.safeParse(roles, content, { abortPipeEarly: true })
  if (result.success) return { ok: true, value: result.output as Catalogue }
  return { ok: false, problems: problemsOf(result.issues, '(roles)') }
}

/** The hash of a catalogue: the same for the same content, whatever the order of its keys. */
export const catalogueHash = (catalogue: Catalogue, hash: (text: string) => string): string =>
  hash(canonicalJson(catalogue))

/** A role that is not in the catalogue, or not for the scope. The text names the known roles or scopes. */
export interface UnknownRole {
  readonly unknownRole: string
}

export const isUnknownRole = (value: object): value is UnknownRole => 'unknownRole' in value

/** The state that a role means in one scope of one target. */
export function resolveRole(
  catalogue: Catalogue,
  role: string,
  target: string,
  scope: string,
): Desired | UnknownRole {
  const named = own(catalogue, role)
  if (!named) return noSuchRole(catalogue)
  const states = statesAt(named, target)
  return (
    own(states, scope) ?? {
      unknownRole: `data.role: this role has no ${target} scope ${scope}; it has ${list(states)}`,
    }
  )
}

/** A part of a target with its own members: an organization or a project. */
export interface Scope {
  readonly target: string
  readonly scope: string
}

/** Every scope that the catalogue has for a role. */
export function scopesOf(catalogue: Catalogue, role: string): readonly Scope[] | UnknownRole {
  const named = own(catalogue, role)
  if (!named) return noSuchRole(catalogue)
  const scopes = Object.keys(named).flatMap(target =>
    Object.keys(statesAt(named, target)).map(scope => ({ target, scope })),
  )
  return scopes.length > 0 ? scopes : { unknownRole: 'data.role: this role has no scope at any target' }
}

/** Every scope of the catalogue, once. */
export function allScopes(catalogue: Catalogue): readonly Scope[] {
  const scopes = Object.keys(catalogue).flatMap(role => {
    const known = scopesOf(catalogue, role)
    return isUnknownRole(known) ? [] : known
  })
  return [...new Map(scopes.map(each => [`${each.target}/${each.scope}`, each])).values()]
}

/** A change that takes access away: the role that the catalogue marks so, and the scope that has it. */
export interface Withdrawal {
  readonly role: string
  /** For example `wacht/<organizationId>`. */
  readonly scope: string
}

/** The roles that take access away: those that are marked `withdraws`. */
export interface WithdrawingRoles {
  readonly has: (role: string) => boolean
  /**
   * The withdrawal that a change is, if it is one. If the event names ids instead of a role, its state is compared with those of the marked
   * roles: of its own scope, then of any other of its target, which may find a member whatever scope the address names. The first by
   * name counts.
   */
  readonly withdrawalOf: (change: {
    readonly role: string | undefined
    readonly member: string
    readonly desired: Desired
  }) => Withdrawal | undefined
}

export function createWithdrawingRoles(catalogue: Catalogue): WithdrawingRoles {
  const names = new Set(
    Object.keys(catalogue)
      .filter(role => own(catalogue, role)?.withdraws)
      .toSorted(compareText),
  )
  const has = (role: string) => names.has(role)
  return {
    has,
    withdrawalOf: ({ role, member, desired }) => {
      const [target = '', scope = ''] = member.split('/')
      if (role !== undefined) return has(role) ? { role, scope: `${target}/${scope}` } : undefined
      const same = [...names].flatMap(name =>
        Object.entries(statesAt(catalogue[name] as CatalogueRole, target))
          .filter(([, state]) => sameDesired(state, desired))
          .map(([at]) => ({ role: name, scope: `${target}/${at}` })),
      )
      return same.find(each => each.scope === `${target}/${scope}`) ?? same[0]
    },
  }
}

/** The states of a role at a target, by scope. */
function statesAt(role: CatalogueRole, target: string): Readonly<Record<string, Desired>> {
  const states = own(role, target)
  return typeof states === 'object' ? states : {}
}

/** Own properties only: a name from outside may be `constructor`. */
const own = <T>(record: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined

const noSuchRole = (catalogue: Catalogue): UnknownRole => ({
  unknownRole: `data.role: no role of this name; there are ${list(catalogue)}`,
})

const list = (record: object): string => Object.keys(record).slice(0, 20).join(', ') || 'none'
