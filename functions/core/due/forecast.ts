import type { Reason } from '../dead-letter/reason.ts'
import { msOf } from '../event/dates.ts'
import { type Change, isFence, type ParseEvent } from '../event/event.ts'
import { compareVersions } from '../event/version.ts'
import type { Entry } from '../ledger/ledger-entry.ts'
import { fenceAhead, finish, newEntry, withFence } from '../ledger/open-entry.ts'
import { redactId } from '../redact.ts'
import type { StoredDue } from './due-item.ts'

/** A change of a member that takes effect at `at`, in milliseconds since 1970. `ends`: the end that it brings, if its own is not kept yet. */
export type Pending = Pick<Change, 'version' | 'role' | 'withdraws' | 'ends' | 'late'> &
  Partial<Pick<Change, 'desired'>> & { readonly at: number }

/** What becomes of a pending change. `at`: milliseconds since 1970. A change without a role has the state that it asks for. */
export interface Forecast
  extends Pick<Pending, 'at' | 'role' | 'desired'>,
    Pick<StoredDue, 'half' | 'event' | 'source'> {
  /** The event because of which it does not take effect, redacted. */
  readonly cancelledBy?: string
  /** It becomes a dead letter with this reason. */
  readonly dead?: Reason
}

/** Whether it changes the member's state. */
export const takesEffect = ({ cancelledBy, dead }: Forecast): boolean => (cancelledBy ?? dead) === undefined

/** The forecast of a member from its due items, as they are read `now` with one role catalogue. */
export function forecastOf(
  entry: Entry | undefined,
  items: readonly StoredDue[],
  parse: ParseEvent,
  now: number,
): readonly Forecast[] {
  const pending: Pending[] = []
  const refused: Forecast[] = []
  for (const { at, half, body = '', event, source, role } of items) {
    const parsed = parse(body, now)
    if (parsed.ok && parsed.change) pending.push({ ...parsed.change, at })
    if (!parsed.ok)
      refused.push({ at, half, event, source, ...(role !== undefined && { role }), dead: parsed.reason })
  }
  return [...forecast(entry, pending), ...refused].toSorted((a, b) => a.at - b.at)
}

/**
 * What becomes of the pending changes of one member, in the order of their instants, by the rules of the ledger
 * (functions/README.md#changes-with-dates), if nothing else comes. What took effect already is left out.
 */
export function forecast(entry: Entry | undefined, pending: readonly Pending[]): readonly Forecast[] {
  const { applied } = entry ?? {}
  const waiting = [
    ...pending,
    ...(applied?.ends && !applied.version.end ? [endOf(applied.version, applied.ends)] : []),
  ]
  const found: Forecast[] = []
  let standing = entry ?? newEntry('')
  while (waiting.length > 0) {
    const next = waiting.sort(byEffect).shift() as Pending
    const { at, version, role, desired, ends } = next
    const self = { version, desired: desired ?? {}, message: '' }
    const isWithdrawal = isFence(next)
    const row = {
      ...{ at, half: version.end ? ('end' as const) : ('begin' as const) },
      ...{ event: redactId(version.id), source: redactId(version.source) },
      ...(role !== undefined && { role }),
      ...(desired && { desired }),
    }
    const finished = finish(standing, { ...self, isFence: isWithdrawal })
    if (finished?.outcome === 'superseded') {
      const by = fenceAhead(standing, version)?.id ?? finished.by.event
      found.push({ ...row, cancelledBy: redactId(by) })
    }
    if (finished) standing = finished.entry ?? standing
    else {
      found.push(row)
      const settled = { ...standing, applied: { ...self, event: version.id, at } }
      standing = isWithdrawal ? withFence(settled, version) : settled
      if (ends && !version.end) waiting.push(endOf(version, ends))
    }
  }
  return found
}

/** By their instants; of those of one instant the newest first, so that it cancels the others. */
const byEffect = (a: Pending, b: Pending): number => a.at - b.at || compareVersions(b.version, a.version)

const endOf = (version: Pending['version'], { at, ...end }: NonNullable<Pending['ends']>): Pending => ({
  ...{ ...end, version: { ...version, end: true }, at: msOf(at) },
})
