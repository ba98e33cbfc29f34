import type { OwnerRule } from '../../functions/core/guard/last-owner.ts'
import type { Entry } from '../../functions/core/ledger/ledger-entry.ts'
import { scopeOf } from '../../functions/core/people/person-event.ts'
import type { Clock } from './clock.ts'
import { catalogueOf, memberNames } from './events.ts'
import type { Traffic } from './network.ts'
import { placeOf } from './places.ts'
import type { Scenario } from './scenario.ts'

/** What the owners of a run are judged by. */
interface Judged {
  readonly scenario: Scenario
  readonly clock: Clock
  readonly violate: (invariant: string, member: string, detail: string) => void
}

/** The right to write to a member, as the ledger gave it. */
interface Given {
  readonly at: number
  readonly event: string
  readonly isApproved: boolean
}

const invariant = '20 owners are left'

/** The role that is guarded. */
const role = 'r2'

/** How long an invocation may still go by what it read, in milliseconds. */
const readMs = 61_000

/** The scopes of a scenario's members. */
const scopes = (scenario: Scenario): string[] => [...new Set(memberNames(scenario).map(scopeOf))]

/** The rules for owners of a scenario: one for each scope. */
export const ownerRules = (scenario: Scenario): OwnerRule[] =>
  scenario.owners
    ? scopes(scenario).map(scope => ({
        ...{ scope, role, keep: scenario.owners?.keep ?? 0 },
        ...(scenario.shadowed && { mode: 'shadow' as const }),
      }))
    : []

/** Whether a member that holds this state, or is to hold it, has the guarded role. */
export function isOwner(scenario: Scenario, member: string, state: string): boolean {
  const [target = '', scope = ''] = member.split('/')
  const states = catalogueOf(scenario)[role]?.[target] as Record<
    string,
    { roleId?: string; groupIds?: string[] }
  >
  const { roleId, groupIds = [] } = states[scope] ?? {}
  if (placeOf(member) === 'wacht') return state.split(',').includes(roleId ?? '')
  return state.endsWith(' owner') && groupIds.every(id => state.includes(id))
}

/** Watches who may write to whom, and judges at the end, by the effects at the target, whether owners were left. */
export function createOwnerWatch({ scenario, clock, violate }: Judged) {
  const { keep = 0 } = scenario.owners ?? {}
  const given = new Map<string, Given[]>()
  const held: { readonly member: string; readonly message: string; readonly at: number }[] = []

  return {
    /** A step of a member's entry is stored. */
    lease: (before: Entry | undefined, { member, lease, applied, approved = [] }: Entry) => {
      if (applied?.wouldHold === 'last_owner' && applied.message !== before?.applied?.message)
        held.push({ member, message: applied.message, at: clock.now() })
      if (!lease || (lease.holder === before?.lease?.holder && lease.desired === before.lease.desired)) return
      const isRestored = lease.holder === before?.lease?.holder
      const isApproved = !isRestored && approved.some(({ version }) => version.id === lease.event)
      given.set(member, [...(given.get(member) ?? []), { at: clock.now(), event: lease.event, isApproved }])
    },
    /** A message is held because too few owners would be left. */
    held: (member: string, message: string) => void held.push({ member, message, at: clock.now() }),
    /**
     * At the end: nobody lost the role without an approval while too few others had it, and nobody was held while enough had it. In
     * shadow mode somebody would be, and one demotion at once may be miscounted.
     */
    judge: (initial: ReadonlyMap<string, string>, landed: Traffic['landed']) => {
      if (!scenario.owners) return
      const holds = new Map(initial)
      const has = (member: string) => isOwner(scenario, member, holds.get(member) ?? '')
      const othersOf = (member: string) =>
        [...holds.keys()].filter(each => each !== member && scopeOf(each) === scopeOf(member) && has(each))
          .length
      const fewest = held.map(() => Number.POSITIVE_INFINITY)
      const look = (from: number, to: number) => {
        for (const [index, { member, at }] of held.entries())
          if (from <= at && to >= at - readMs)
            fewest[index] = Math.min(fewest[index] as number, othersOf(member))
      }
      let since = 0
      for (const { member, holds: state, at } of landed.toSorted((a, b) => a.at - b.at)) {
        look(since, at)
        const had = has(member)
        holds.set(member, state)
        since = at
        const others = othersOf(member)
        const by = (given.get(member) ?? []).findLast(each => each.at <= at)
        if (had && !has(member) && others < keep && !by?.isApproved && !scenario.shadowed)
          violate(invariant, member, `${by?.event} leaves ${others} other owners`)
      }
      look(since, Number.POSITIVE_INFINITY)
      for (const [index, { member, message }] of held.entries())
        if ((fewest[index] as number) >= keep + (scenario.shadowed ? 1 : 0))
          violate(invariant, member, `${message} is held though ${fewest[index]} others are owners`)
    },
  }
}

export type OwnerWatch = ReturnType<typeof createOwnerWatch>
