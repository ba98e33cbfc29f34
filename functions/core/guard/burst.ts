import * as v from 'valibot'
import type { Change } from '../event/event.ts'
import { allScopes, type Catalogue } from '../event/role-catalogue.ts'
import { scopeName } from '../people/person-event.ts'
import { whole } from '../schema-problems.ts'
import { senderText } from './sender.ts'
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
  /** So many members are allowed in any case. */
  readonly floor: number
  /** The part of the scope's known members that is allowed if it is more than the floor: above 0, at most 1, read in millionths. */
  readonly share?: number | undefined
  readonly windowSeconds: number
  readonly mode?: GuardMode
}

/** The fields of a rule that say for what it is, and of a burst what it is. */
const fields = ['scope', 'sender', 'role'] as const

/** What is counted together: the members that one sender moves to one role in one scope. */
export type Burst = Readonly<Record<(typeof fields)[number], string>>

/** A burst with its limit: at most `allowedOf` members within `windowMs`, in milliseconds. */
export interface BurstLimit {
  readonly burst: Burst
  readonly floor: number
  readonly share?: number
  /** How many members the scope has. Undefined if that is not known, or not needed. */
  readonly known?: number | undefined
  readonly windowMs: number
  /** It only counts what it would hold. */
  readonly isTrial?: boolean
}

/** How many members a scope has, by its name. Undefined if that is not known. It does not reject. */
export type KnownMembers = (scope: string) => Promise<number | undefined>

/** The most members that any rule allows: their places are one item. */
const mostAllowed = 500

const isInMillionths = (share: number): boolean => Number(share.toFixed(6)) === share

const shareRule = 'must be a number above 0 and at most 1'

/** The schemas of a rule's numbers. */
export const burstNumbers = {
  floor: whole(1, mostAllowed),
  share: v.optional(
    v.pipe(
      v.number(shareRule),
      v.gtValue(0, shareRule),
      v.maxValue(1, shareRule),
      v.check(isInMillionths, 'must have at most 6 decimals'),
    ),
  ),
  windowSeconds: v.optional(whole(60, 604_800), 3600),
}

const millionths = 1_000_000

/** How many members may have a place: the floor, or the share of the known members, rounded down, if that is more. */
export function allowedOf({ floor, share, known }: Pick<BurstLimit, 'floor' | 'share' | 'known'>): number {
  if (share === undefined || known === undefined) return floor
  const shared = Math.floor((Math.round(share * millionths) * known) / millionths)
  return Math.min(mostAllowed, Math.max(floor, shared))
}

/** A withdrawal that is held if no place is free in its burst. The detail has the facts and the numbers. */
export function heldByBurst(limit: BurstLimit) {
  const { floor, share, known, windowMs } = limit
  const { scope, sender, role } = limit.burst
  const members = known === undefined ? 'members that are not known' : `${known} known members`
  const shared = share === undefined ? '' : ` (share ${share} of ${members}, floor ${floor})`
  const moved = `${senderText(sender)} moves more than ${allowedOf(limit)} members of ${scope} to the role ${role}`
  return {
    guard: 'burst' as const,
    detail: `${moved} within ${windowMs / 1000} s${shared}; this member is beyond that`,
    limit,
  }
}

/** Whether a rule needs to know how many members a scope has. */
export const isAnyShared = (rules: readonly BurstRule[] = []): boolean =>
  rules.some(({ share }) => share !== undefined)

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
    const { floor, share, windowSeconds } = rule
    const limit = { burst, floor, ...(share !== undefined && { share }), windowMs: windowSeconds * 1000 }
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
