import * as v from 'valibot'
import type { Change } from '../event/event.ts'
import { roleName } from '../event/ids.ts'
import { type Catalogue, isUnknownRole, resolveRole } from '../event/role-catalogue.ts'
import type { Desired } from '../ledger/desired-state.ts'
import { scopeOf } from '../people/person-event.ts'
import { type GuardMode, guardMode } from './shadow.ts'

/** So many other members of a scope keep a role, whatever a change does. */
export interface OwnerRule {
  /** For example `wacht/<organizationId>`. */
  readonly scope: string
  readonly role: string
  readonly keep: number
  readonly mode?: GuardMode
}

/** A target's part of these rules. */
export interface OwnerKind {
  readonly name: string
  /** Whether a state that the target shows, or that a change asks for, includes this state of the catalogue. */
  readonly includes: (state: Desired, wanted: Desired) => boolean
}

/** A rule with the state that its role means. */
export interface OwnerLimit extends OwnerRule {
  /** Whether a member with this state has the role. */
  readonly isIn: (state: Desired) => boolean
}

/** The rules that a change may break: those of its scope whose role is not a part of the state that it asks for. */
export type OwnersOf = (change: Pick<Change, 'member' | 'desired'>) => readonly OwnerLimit[]

/** The schema of these rules. */
export const ownerRules = (scope: v.GenericSchema<string, string>, keep: v.GenericSchema<number, number>) =>
  v.pipe(
    v.array(
      v.strictObject({ scope, role: roleName, keep, mode: guardMode }, 'must be an object'),
      'must be a list of rules',
    ),
    v.check(
      all => new Set(all.map(each => `${each.scope} ${each.role}`)).size === all.length,
      'must not have two rules for the same scope and role',
    ),
  )

/** Binds the rules to a catalogue: `of` those that are enforced, `tried` those in shadow mode. Throws one error that names every problem. */
export function createOwners(
  rules: readonly OwnerRule[],
  kinds: readonly OwnerKind[],
  catalogue: Catalogue,
): { readonly of: OwnersOf; readonly tried: OwnersOf } {
  const bound = rules.map((rule, index) => limitOf(rule, index, kinds, catalogue))
  const problems = bound.filter(each => typeof each === 'string')
  if (problems.length > 0) throw new Error(`wrong guards: ${problems.join('; ')}`)
  const limits = Map.groupBy(
    bound.filter(each => typeof each !== 'string'),
    ({ scope }) => scope,
  )
  const inMode =
    (isTried: boolean): OwnersOf =>
    ({ member, desired }) =>
      (limits.get(scopeOf(member)) ?? []).filter(
        ({ isIn, mode }) => (mode === 'shadow') === isTried && !isIn(desired),
      )
  return { of: inMode(false), tried: inMode(true) }
}

/** A change that is held if it would leave too few others with a role. Undefined if there is no rule that it may break. */
export function heldByOwners(owners: readonly OwnerLimit[] = []) {
  const [owner] = owners
  return owner && { guard: 'last_owner' as const, detail: ownerDetail(owner), owners }
}

/**
 * What is wrong with the rules under this catalogue, by path and rule. `unlisted` says why the lists of a target do not show roles, if they do
 * not.
 */
export const ownerProblems = (
  rules: readonly OwnerRule[],
  kinds: readonly OwnerKind[],
  catalogue: Catalogue,
  unlisted: (target: string) => string | undefined,
): string[] =>
  rules.flatMap((rule, index) => {
    const why = unlisted(targetOf(rule))
    if (why !== undefined)
      return [`last_owner.${index}.scope: ${why}: name the members in \`protected\` instead`]
    const limit = limitOf(rule, index, kinds, catalogue)
    return typeof limit === 'string' ? [limit] : []
  })

/** The bound rule, or its problem. */
function limitOf(
  rule: OwnerRule,
  index: number,
  kinds: readonly OwnerKind[],
  catalogue: Catalogue,
): OwnerLimit | string {
  const target = targetOf(rule)
  const { includes } = kinds.find(({ name }) => name === target) as OwnerKind
  const state = resolveRole(catalogue, rule.role, target, rule.scope.slice(target.length + 1))
  if (isUnknownRole(state))
    return `last_owner.${index}.role: must be a role that the catalogue has for this scope`
  if (includes({}, state)) return `last_owner.${index}.role: must be a role that not every member has`
  return { ...rule, isIn: held => includes(held, state) }
}

const targetOf = ({ scope }: OwnerRule): string => scope.split('/', 1)[0] as string

/** The scope and the role that the facts of a letter name. Undefined of another text. */
export function ownersIn(detail: string): Pick<OwnerRule, 'scope' | 'role'> | undefined {
  const found = /^would leave [^/]* of (\S+) with the role (.+), \d+ must stay$/.exec(detail)
  return found ? { scope: found[1]!, role: found[2]! } : undefined
}

/** The facts for the letter. `others`: how many other members have the role, if they were counted. */
export const ownerDetail = ({ scope, role, keep }: OwnerRule, others?: number): string =>
  `would leave ${others ?? `fewer than ${keep}`} other ${others === 1 ? 'member' : 'members'} of ${scope} with the role ${role}, ${keep} must stay`
