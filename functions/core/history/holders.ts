import { instantOf } from '../event/instant.ts'
import { compareVersions, type Version } from '../event/version.ts'
import { compareText } from '../json.ts'
import type { HistoryItem } from './history-item.ts'

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
 * What each member held at a moment, by the items of its scope: the newest version that was proven by then, or decided by then. In
 * the order of the members. The proofs of a member come in the order of its versions.
 */
export function heldAt(items: Iterable<HistoryItem>, asked: AskedMoment): HeldItem[] {
  return newestVersions(items, item => isDecision(item) && isThenKnown(item, asked))
}

/** The newest shadowed change of each member, in the order of the members. */
export const newestShadowed = (items: Iterable<HistoryItem>): HeldItem[] =>
  newestVersions(items, ({ outcome }) => outcome === 'shadow')

function newestVersions(items: Iterable<HistoryItem>, isMeant: (item: HeldItem) => boolean): HeldItem[] {
  const newest = new Map<string, HeldItem>()
  for (const item of items) {
    if (!isHeld(item) || !isMeant(item)) continue
    const known = newest.get(item.member)
    if (!known || compareVersions(versionOf(known), versionOf(item)) < 0) newest.set(item.member, item)
  }
  return [...newest.values()].toSorted((a, b) => compareText(a.member, b.member))
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
  return decided ? item.time <= instantOf(at) : item.outcome === 'applied' && ended <= at
}

const versionOf = ({ time, sequence = '', source, event }: HeldItem): Version => ({
  ...{ time, sequence, source, id: event },
})
