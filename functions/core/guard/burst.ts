import type { Change } from '../event/event.ts'
import { allScopes, type Catalogue } from '../event/role-catalogue.ts'
import { scopeName } from '../people/person-event.ts'
import type { GuardMode } from './shadow.ts'

/**
 * How many members a sender may move to a role that withdraws, within a window, in one scope. A field that is absent stands for every
 * sender, scope or role by itself.
 */
export interface BurstRule {
  /** For example `wacht/<organizationId>`. */
  readonly scope?: string | undefined
  readonly sender?: string | undefined
  readonly role?: string | undefined
  /** So many members are allowed. */
  readonly floor: number
  readonly windowSeconds: number
  readonly mode?: GuardMode
}

/** The fields of a rule that say for what it is, and of a burst what it is. */
const fields = ['scope', 'sender', 'role'] as const

/** What is counted together: the members that one sender moves to one role in one scope. */
export type Burst = Readonly<Record<(typeof fields)[number], string>>

/** A burst with its limit: at most `floor` members within `windowMs`, in milliseconds. */
export interface BurstLimit {
  readonly burst: Burst
  readonly floor: number
  readonly windowMs: number
  /** It only counts what it would hold. */
  readonly isTrial?: boolean
}

/** Whether no two rules are for the same scope, sender and role. */
export const areDistinct = (rules: readonly BurstRule[]): boolean =>
  new Set(rules.map(rule => JSON.stringify(fields.map(field => rule[field] ?? null)))).size === rules.length

/**
 * The limit of a change, if it is a withdrawal and a rule is for it. Of several rules the one with the most fields counts, then the first of
 * the file.
 */
export function createBurstLimits(
  rules: readonly BurstRule[],
): (change: Pick<Change, 'withdraws'>, sender: string) => BurstLimit | undefined {
  const given = (rule: BurstRule) => fields.filter(field => rule[field] !== undefined)
  const mostExactFirst = rules.toSorted((a, b) => given(b).length - given(a).length)
  return ({ withdraws }, sender) => {
    if (!withdraws) return undefined
    const burst: Burst = { ...withdraws, sender }
    const rule = mostExactFirst.find(each => given(each).every(field => each[field] === burst[field]))
    if (!rule) return undefined
    const limit = { burst, floor: rule.floor, windowMs: rule.windowSeconds * 1000 }
    return rule.mode === 'shadow' ? { ...limit, isTrial: true } : limit
  }
}

/** What is wrong with rules for bursts under this catalogue, by path and rule. */
export function burstProblems(rules: readonly BurstRule[], catalogue: Catalogue): string[] {
  const withdrawing = Object.keys(catalogue).filter(role => catalogue[role]?.withdraws)
  const scopes = new Set(allScopes(catalogue).map(scopeName))
  return rules.flatMap(({ role, scope }, index) => [
    ...(role === undefined || withdrawing.includes(role)
      ? []
      : [`burst.${index}.role: must be a role that the catalogue marks \`withdraws\``]),
    ...(scope === undefined || scopes.has(scope)
      ? []
      : [`burst.${index}.scope: must be a scope of the catalogue`]),
  ])
}
