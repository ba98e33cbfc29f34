import { type Change, isFence, type Named } from './event.ts'
import type { Message } from './sqs-message.ts'
import { compareDecisions, compareVersions } from './version.ts'

/** A message that holds a valid change. */
export interface Delivery {
  readonly message: Message
  readonly named: Named
  readonly change: Change
}

/** The deliveries grouped by member, the one that counts most first in each group. */
export function byMember(deliveries: readonly Delivery[]): Delivery[][] {
  const groups = Map.groupBy(deliveries, delivery => delivery.change.member)
  return [...groups.values()].map(newestFirst)
}

/**
 * The changes of one member, newest first; but what was decided before a withdrawal comes after it, also if it takes effect later. So no
 * withdrawal waits behind it. One whose own instant is ahead does not count yet.
 */
function newestFirst(deliveries: readonly Delivery[]): Delivery[] {
  const fences = deliveries.flatMap(({ change }) =>
    isFence(change) && change.due === undefined ? [change] : [],
  )
  const before = ({ change: { version } }: Delivery) =>
    fences.filter(fence => compareDecisions(version, fence.version) < 0).length
  return deliveries.toSorted(
    (a, b) => before(a) - before(b) || compareVersions(b.change.version, a.change.version),
  )
}
