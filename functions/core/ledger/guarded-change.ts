import type { Grounds } from '../dead-letter/reason.ts'
import { approvers } from '../guard/approval.ts'
import type { ApprovedVersion, Entry, Guarded } from './ledger-entry.ts'

/** The most approvals in one entry. One that was dropped is asked for again. */
const mostApproved = 20

/**
 * The approvers of a change: those that the entry has since the approval's first use or, for the first use, those that count at `now`.
 * Undefined if there are not enough.
 */
export function approversOf(
  entry: Entry | undefined,
  { key, needed, approvals = [] }: Guarded,
  now: number,
): readonly string[] | undefined {
  const kept = entry?.approved?.find(each => each.key === key)
  if (kept) return kept.by
  const by = approvers(approvals, now)
  return by.length >= needed ? by : undefined
}

/** The entry with the approval of one version, until that version settles. The one that was used last comes first. */
export function withApproved(entry: Entry, approved: ApprovedVersion): Entry {
  const others = (entry.approved ?? []).filter(({ key }) => key !== approved.key)
  return { ...entry, approved: [approved, ...others].slice(0, mostApproved) }
}

/** The entry with only the approvals that are still open. */
export function withoutApproved(
  { approved, ...entry }: Entry,
  isOpen: (each: ApprovedVersion) => boolean,
): Entry {
  const open = approved?.filter(isOpen) ?? []
  return open.length === 0 ? entry : { ...entry, approved: open }
}

/** The letter of a change that is held. */
export const heldLetter = ({ held: { guard, detail } }: Guarded, { unproven }: Entry): Grounds => ({
  ...{ reason: 'held', detail, guard, unproven: unproven !== undefined },
})
