import type { Change } from '../event/event.ts'
import { compareVersions, type Version } from '../event/version.ts'
import { canonicalJson } from '../json.ts'
import type { Entry } from '../ledger/ledger-entry.ts'
import type { Stepped } from '../ports.ts'
import { expiryAttribute } from '../resource-names.ts'
import { messageRetentionMs } from '../sqs-limits.ts'
import type { Burst } from './burst.ts'

/** The places of one burst: an item of the ledger's table. Times are milliseconds since 1970. */
export interface BurstItem extends Stepped {
  readonly places: readonly Place[]
  /** Seconds since 1970. */
  readonly [expiryAttribute]: number
}

/** A change that needs a place: its member, its message, and its version. */
export interface Claim {
  readonly member: string
  readonly message: string
  readonly time: string
  readonly sequence: string
  /** Tells two versions of one time and sequence apart. */
  readonly event: string
  /** As in its version: `time` alone does not tell when a change with dates takes effect. */
  readonly from?: string
  readonly end?: true
  /** The withdrawal takes effect later: its place counts from when it is scheduled. */
  readonly isScheduled?: true
  /** Of a re-assertion: when its time is over, in milliseconds since 1970. Its version is applied already, which is not its end. */
  readonly expires?: number
}

/** A member that counts in a burst, by the change that took the place or had it last. */
export interface Place extends Claim {
  readonly at: number
}

/** How many members may have a place, and how long one is kept after its change has ended, in milliseconds. */
export interface PlaceRules {
  readonly allowed: number
  readonly keepMs: number
}

/** The key of a burst's item. A trial counts in an item of its own. */
export const burstKey = (burst: Burst, hash: (text: string) => string, isTrial = false): string =>
  `${isTrial ? 'trial' : 'burst'}/${hash(canonicalJson(burst))}`

/** The claim of a change. `hash` shortens what may be long. */
export const claimOf = (
  {
    member,
    message,
    version: { source, id, ...order },
    ...change
  }: Pick<Change, 'member' | 'version' | 'reasserts' | 'due' | 'withdraws' | 'ends'> & {
    readonly message: string
  },
  hash: (text: string) => string,
): Claim => ({
  ...{ member, message, ...order, event: eventOf({ source, id }, hash) },
  ...(isAhead(change) && { isScheduled: true as const }),
  ...(change.reasserts && { expires: change.reasserts.expires }),
})

/** Whether the access is taken away later than the change is attempted. */
const isAhead = ({ due, withdraws, ends }: Pick<Change, 'due' | 'withdraws' | 'ends'>): boolean =>
  due !== undefined || (withdraws === undefined && ends?.withdraws !== undefined)

const eventOf = ({ source, id }: Pick<Version, 'source' | 'id'>, hash: (text: string) => string): string =>
  hash(canonicalJson([source, id])).slice(0, 16)

/**
 * Gives places to claims. A member counts once: a new change of it takes over its place. `isOver` names places whose changes are known to
 * have ended long enough ago. `entry` is to be stored before a claim counts; `without` are the claims that got no place.
 */
export function takePlaces(
  item: BurstItem | undefined,
  key: string,
  claims: readonly Claim[],
  { allowed, keepMs }: PlaceRules,
  isOver: (place: Place) => boolean,
  now: number,
): {
  readonly kind: 'places'
  readonly entry?: BurstItem
  readonly places: readonly Place[]
  readonly without: readonly Claim[]
} {
  const longestMs = messageRetentionMs + keepMs
  let places = (item?.places ?? []).filter(place => now - place.at < longestMs && !isOver(place))
  const without: Claim[] = []
  let isTaken = false
  for (const claim of claims) {
    const own = places.find(({ member }) => member === claim.member)
    if (own?.message === claim.message) continue
    if (!own && places.length >= allowed) {
      without.push(claim)
      continue
    }
    places = [...places.filter(place => place !== own), { ...claim, at: now }]
    isTaken = true
  }
  if (!isTaken) return { kind: 'places', places, without }
  const expires = Math.ceil((now + longestMs) / 1000)
  const entry = { member: key, rev: (item?.rev ?? 0) + 1, places, [expiryAttribute]: expires }
  return { kind: 'places', entry, places, without }
}

/**
 * When the change of a place ended, as its member's entry tells: it, or a newer one, was proven, or its message has a letter. Undefined if it
 * may still be tried. One that is scheduled ends when its place is taken.
 */
export function placeEnd(
  entry: Entry | undefined,
  place: Place,
  hash: (text: string) => string,
): number | undefined {
  if (place.isScheduled) return place.at
  const { applied, ended = [] } = entry ?? {}
  if (applied && isReached(applied.version, place, hash)) return Math.max(applied.at, place.expires ?? 0)
  return ended.find(({ message }) => message === place.message)?.at
}

/** Whether a version is that of a place or a newer one. Of another event with the same time and sequence that is not known: no. */
function isReached(version: Version, place: Place, hash: (text: string) => string): boolean {
  const { source, id } = version
  const order = compareVersions(version, { ...place, source, id })
  return order > 0 || (order === 0 && eventOf(version, hash) === place.event)
}
