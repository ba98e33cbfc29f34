import type { Change, Named } from './event.ts'
import type { Message } from './sqs-message.ts'
import { compareVersions } from './version.ts'

/** A message that holds a valid change. */
export interface Delivery {
  readonly message: Message
  readonly named: Named
  readonly change: Change
}

/** The deliveries grouped by member, newest first in each group. */
export function byMember(deliveries: readonly Delivery[]): Delivery[][] {
  const groups = Map.groupBy(deliveries, delivery => delivery.change.member)
  return [...groups.values()].map(group =>
    group.toSorted((a, b) => compareVersions(b.change.version, a.change.version)),
  )
}
