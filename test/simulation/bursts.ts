import { sha256 } from '../../functions/aws/sha256.ts'
import type { Change } from '../../functions/core/event/event.ts'
import { compareVersions } from '../../functions/core/event/version.ts'
import type { Burst, BurstRule } from '../../functions/core/guard/burst.ts'
import { type BurstItem, burstKey, type Place } from '../../functions/core/guard/burst-places.ts'
import type { Entry } from '../../functions/core/ledger/ledger-entry.ts'
import { scopeOf } from '../../functions/core/people/person-event.ts'
import type { Clock } from './clock.ts'
import type { Traffic } from './network.ts'
import type { Queue } from './queue.ts'
import type { Scenario } from './scenario.ts'
import { senderIn } from './senders.ts'
import { stateOf } from './servers.ts'

/** What the bursts of a run are judged by. */
interface Judged {
  readonly scenario: Scenario
  readonly clock: Clock
  readonly queue: Queue
  readonly changeOf: (body: string) => Change | undefined
  readonly violate: (invariant: string, member: string, detail: string) => void
}

/** The right to write a withdrawal, as the ledger gave it. */
interface Given {
  readonly at: number
  readonly event: string
  readonly state: string
  /** By an approval, or to put right what is applied: this counts in no burst. */
  readonly isFree: boolean
}

const invariant = '19 a burst is bounded'

/** How long an invocation may still go by what it read, in milliseconds. */
const readMs = 61_000

/** The clocks of instances differ so far, in milliseconds. */
const skewMs = 1000

/** A place is kept no longer than SQS keeps a message. */
const mostKeptMs = 14 * 86_400_000

/** The rules for bursts of a scenario. */
export const burstRules = ({ burst, shadowed }: Scenario): BurstRule[] =>
  burst
    ? [
        {
          ...{ floor: burst.floor, windowSeconds: burst.windowMs / 1000 },
          ...(shadowed && { mode: 'shadow' as const }),
        },
      ]
    : []

/** Watches who may withdraw whom, and judges when the withdrawals took effect at the target. */
export function createBurstWatch({ scenario, clock, queue, changeOf, violate }: Judged) {
  const { floor = 0, windowMs = 0 } = scenario.burst ?? {}
  const given = new Map<string, Given[]>()
  const items = new Map<string, BurstItem>()
  const fullAt = new Map<string, number>()
  const sendersOf = (member: string, event: string): Set<string> =>
    new Set(
      queue.sent().flatMap(stored => {
        const change = changeOf(stored.body)
        const isOf = change?.member === member && change.version.id === event
        return isOf ? [senderIn(stored)] : []
      }),
    )
  const changeAs = (message: string): Change | undefined =>
    changeOf(queue.sent().find(({ id }) => id === message)?.body ?? '')

  /** When the change of a place ended, told apart from the code by its message alone. */
  const endOf = ({ message, member }: Place, entries: ReadonlyMap<string, Entry>) => {
    const { applied, ended = [] } = entries.get(member) ?? {}
    const change = changeAs(message)
    const isOlder = applied && change && applied.version.time > change.version.time
    if (applied && (isOlder || (change && compareVersions(applied.version, change.version) === 0)))
      return applied.at
    return ended.find(each => each.message === message)?.at
  }

  return {
    /** A step of a member's entry is stored. */
    lease: (before: Entry | undefined, { member, lease, approved = [] }: Entry) => {
      if (!lease || (lease.holder === before?.lease?.holder && lease.desired === before.lease.desired)) return
      const isApproved = approved.some(({ version }) => version.id === lease.event)
      const one = {
        ...{ at: clock.now(), event: lease.event, state: stateOf(lease.desired) },
        isFree: isApproved || lease.holder === before?.lease?.holder,
      }
      given.set(member, [...(given.get(member) ?? []), one])
    },
    /** The places of a burst are stored. Until then it was full if those before were. */
    stored: (before: BurstItem | undefined, item: BurstItem, entries: ReadonlyMap<string, Entry>) => {
      items.set(item.member, item)
      const members = new Set(item.places.map(({ member }) => member))
      if (members.size !== item.places.length) violate(invariant, item.member, 'a member has two places')
      if (Math.max(item.places.length, before?.places.length ?? 0) >= floor)
        fullAt.set(item.member, clock.now())
      const left = scenario.shadowed ? [] : (before?.places ?? []).filter(place => !members.has(place.member))
      for (const place of left) {
        const end = endOf(place, entries)
        const isOver = end !== undefined && end + windowMs < clock.now() + skewMs
        if (!isOver && place.at + mostKeptMs > clock.now())
          violate(invariant, place.member, `loses its place while ${place.message} may still take effect`)
      }
    },
    /** A message is held by a burst: none of its places is free, and the member has none. */
    held: (change: Change, sender: string, entries: ReadonlyMap<string, Entry>) => {
      const { member, withdraws } = change
      if (!withdraws) return violate(invariant, member, `${change.version.id} withdraws nothing`)
      const burst: Burst = { ...withdraws, sender }
      const key = burstKey(burst, sha256)
      const places = items.get(key)?.places ?? []
      const since = clock.now() - readMs
      if (places.length < floor && (fullAt.get(key) ?? 0) < since)
        violate(invariant, member, `${change.version.id} is held with ${places.length} places of ${sender}`)
      const own = places.find(place => place.member === member)
      if (own && own.at < since) violate(invariant, member, `${change.version.id} is held with a place`)
      const over = places.find(place => {
        const end = endOf(place, entries)
        return end !== undefined && end + windowMs + 190_000 < since && place.at + windowMs + 190_000 < since
      })
      if (over)
        violate(invariant, member, `${change.version.id} is held though the place of ${over.member} is over`)
    },
    /** At the end: counted by their effect, no more members than allowed lost their role within any window. */
    judge: (landed: Traffic['landed']) => {
      const effects = landed.flatMap(({ member, holds, at }) => {
        const by = (given.get(member) ?? []).findLast(each => each.at <= at && each.state === holds)
        if (!by || by.isFree || holds !== withdrawn) return []
        const [sender, ...others] = sendersOf(member, by.event)
        return others.length > 0 ? [] : [{ member, at, burst: `${sender} ${scopeOf(member)}` }]
      })
      if (scenario.shadowed) return
      for (const [burst, all] of Map.groupBy(effects, each => each.burst))
        for (const { at, member } of all) {
          const within = all.filter(each => each.at <= at && each.at > at - windowMs)
          const members = new Set(within.map(each => each.member))
          if (members.size > floor)
            violate(invariant, member, `${members.size} members lost their role by ${burst} within a window`)
        }
    },
  }
}

/** What a member of Wacht holds who is withdrawn. */
const withdrawn = '11'

export type BurstWatch = ReturnType<typeof createBurstWatch>
