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

/** A role, or a member and the state that it shall have. */
export type Asked =
  | { readonly role: string }
  | { readonly role?: undefined; readonly member: string; readonly desired: Desired }

/**
 * The role by which a change takes access away: its role, if that is marked `withdraws`. If the event names ids instead of a role, the
 * marked role with that state; of several the first by name. Undefined if the change is no withdrawal.
 */
export function createWithdrawalRole(catalogue: Catalogue): (asked: Asked) => string | undefined {
  const marked = Object.entries(catalogue)
    .filter(([, { withdraws }]) => withdraws)
    .toSorted(([a], [b]) => compareText(a, b))
  return asked => {
    if (asked.role !== undefined) return marked.find(([role]) => role === asked.role)?.[0]
    const [target = '', scope = ''] = asked.member.split('/')
    const isAsked = (state: Desired | undefined) => state !== undefined && sameDesired(state, asked.desired)
    return marked.find(([, role]) => isAsked(own(statesAt(role, target), scope)))?.[0]
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
