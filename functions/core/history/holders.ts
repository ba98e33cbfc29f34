import { effectiveAt } from '../event/event.ts'
import { type Instant, instantOf } from '../event/instant.ts'
import { compareVersions, type Version } from '../event/version.ts'
import { compareText } from '../json.ts'
import { datesIn, type HistoryItem } from './history-item.ts'

/** The moment that is asked for. Times are milliseconds since 1970. */
export interface AskedMoment {
  readonly at: number
  /** Only what had ended by then counts. */
  readonly knownAt?: number | undefined
  /** What the sources decided, by the times of their events, instead of what was proven. */
  readonly decided: boolean
}

/** An item with a member, its desired state and its version. */
export type HeldItem = HistoryItem & {
  readonly [Field in 'desired' | 'time' | 'source' | 'event']: NonNullable<HistoryItem[Field]>
}

/**
 * What each member held at a moment, by the items of its scope: the last proof by then, or the newest version that was to be in effect by then. In
 * the order of the members. A withdrawal may be proven after what is dated later.
 */
export function heldAt(items: Iterable<HistoryItem>, asked: AskedMoment): HeldItem[] {
  const isMeant = (item: HeldItem) => isDecision(item) && isThenKnown(item, asked)
  return newest(items, isMeant, (a, b) => (asked.decided ? 0 : compareText(a.at, b.at)) || inVersions(a, b))
}

/** The newest shadowed change of each member, in the order of the members. */
export const newestShadowed = (items: Iterable<HistoryItem>): HeldItem[] =>
  newest(items, ({ outcome }) => outcome === 'shadow', inVersions)

function newest(
  items: Iterable<HistoryItem>,
  isMeant: (item: HeldItem) => boolean,
  compare: (a: HeldItem, b: HeldItem) => number,
): HeldItem[] {
  const last = new Map<string, HeldItem>()
  for (const item of items) {
    if (!isHeld(item) || !isMeant(item)) continue
    const known = last.get(item.member)
    if (!known || compare(known, item) < 0) last.set(item.member, item)
  }
  return [...last.values()].toSorted((a, b) => compareText(a.member, b.member))
}

/** A person's message is about no member. */
const isHeld = (item: HistoryItem): item is HeldItem => item.desired !== undefined

/** A duplicate, a shadowed change and a re-assertion are no decisions. */
const isDecision = ({ outcome, reassertedBy }: HeldItem): boolean =>
  outcome !== 'duplicate' && outcome !== 'shadow' && reassertedBy === undefined

function isThenKnown(
  item: HeldItem,
  { at, knownAt = Number.POSITIVE_INFINITY, decided }: AskedMoment,
): boolean {
  const ended = Date.parse(item.at)
  if (ended > knownAt) return false
  return decided ? effectiveOf(item) <= instantOf(at) : item.outcome === 'applied' && ended <= at
}

function versionOf(item: HeldItem): Version {
  const { time, sequence = '', source, event } = item
  const { from, end } = datesIn(item)
  const dates = { ...(from !== undefined && { from }), ...(end !== undefined && { end: true as const }) }
  return { time, sequence, source, id: event, ...dates }
}

function effectiveOf(item: HeldItem): Instant {
  const { end } = datesIn(item)
  return effectiveAt({ version: versionOf(item), ...(end !== undefined && { ends: { at: end } }) })
}

const inVersions = (a: HeldItem, b: HeldItem): number => compareVersions(versionOf(a), versionOf(b))
