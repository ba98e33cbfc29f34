import { msOf } from '../event/dates.ts'
import { type Change, isFence } from '../event/event.ts'
import { compareVersions } from '../event/version.ts'
import type { Entry } from '../ledger/ledger-entry.ts'
import { fenceAhead, finish, newEntry, withFence } from '../ledger/open-entry.ts'

/** A change of a member that takes effect at `at`, in milliseconds since 1970. `ends`: the end that it brings, if its own is not kept yet. */
export type Pending = Pick<Change, 'version' | 'role' | 'withdraws' | 'ends' | 'late'> &
  Partial<Pick<Change, 'desired'>> & { readonly at: number }

/** What becomes of a pending change. `at`: milliseconds since 1970. A change without a role has the state that it asks for. */
export interface Forecast extends Pick<Pending, 'at' | 'role' | 'desired'> {
  readonly event: string
  /** The event because of which it does not take effect. */
  readonly cancelledBy?: string
}

/**
 * What becomes of the pending changes of one member, in the order of their instants, by the rules of the ledger
 * (functions/README.md#changes-with-dates), if nothing else comes. What took effect already is left out.
 */
export function forecast(entry: Entry | undefined, pending: readonly Pending[]): readonly Forecast[] {
  const waiting = [...pending]
  const found: Forecast[] = []
  let standing = entry ?? newEntry('')
  while (waiting.length > 0) {
    const next = waiting.sort(byEffect).shift() as Pending
    const { at, version, role, desired, ends } = next
    const self = { version, desired: desired ?? {}, message: '' }
    const isWithdrawal = isFence(next)
    const row = {
      ...{ at, event: version.id },
      ...(role !== undefined && { role }),
      ...(desired && { desired }),
    }
    const finished = finish(standing, { ...self, isFence: isWithdrawal })
    if (finished?.outcome === 'superseded') {
      found.push({ ...row, cancelledBy: fenceAhead(standing, version)?.id ?? finished.by.event })
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
