import type { Grounds } from '../dead-letter/reason.ts'
import { compareVersions } from '../event/version.ts'
import { approvers } from '../guard/approval.ts'
import type { Held } from '../guard/guards.ts'
import type { ApprovedVersion, Attempt, Entry, Guarded } from './ledger-entry.ts'

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

/** How the guards of a change stand to it. */
export type Standing =
  /** `by`: its approvers, if there are enough. */
  | { readonly kind: 'free'; readonly by: readonly string[] | undefined }
  /** What could let it through was not read yet, or not of this revision of the entry. */
  | { readonly kind: 'unapproved'; readonly held: Held; readonly isApproved: boolean }
  | { readonly kind: 'held'; readonly held: Held }

/**
 * Whether the guards let a change through: first the one that holds it by what it is, then `last_owner`. An approval lets it through both, but
 * the lease of the scope is needed all the same.
 */
export function standingOf(
  entry: Entry | undefined,
  attempt: Pick<Attempt, 'version' | 'reasserts'>,
  guarded: Guarded,
  now: number,
): Standing {
  const { owners, placed, approvals } = guarded
  const before = heldBefore(entry, attempt, guarded)
  const held = before ?? guarded.held
  if (!held) return { kind: 'free', by: undefined }
  const by = approversOf(entry, guarded, now)
  const unapproved: Standing = { kind: 'unapproved', held, isApproved: by !== undefined }
  const mayPass = !before && (placed || (owners && held.guard === 'last_owner'))
  if (!by && !mayPass) return approvals ? { kind: 'held', held } : unapproved
  if (!owners) return { kind: 'free', by }
  const cleared = guarded.cleared?.rev === (entry?.rev ?? 0) ? guarded.cleared : undefined
  if (cleared && (by || cleared.others === 'enough')) return { kind: 'free', by }
  if (cleared?.others !== 'too_few' || !approvals) return unapproved
  return { kind: 'held', held: { guard: 'last_owner', detail: cleared.detail } }
}

/**
 * What holds a version that has a held letter in the entry, whatever the guards say now: another sender may send it again. Undefined of a version
 * without one, and of a re-assertion: its letter is not one of the change itself.
 */
function heldBefore(
  entry: Entry | undefined,
  { version, reasserts }: Pick<Attempt, 'version' | 'reasserts'>,
  { held }: Guarded,
): Held | undefined {
  const before = entry?.ended?.find(
    each => each.letter.reason === 'held' && compareVersions(each.version, version) === 0,
  )
  const guard = before?.letter.guard
  if (!guard || reasserts) return undefined
  const detail = `the guard ${guard} held this change before; it needs an approval, whoever sends it`
  return { guard, detail: held?.guard === guard ? held.detail : detail }
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
export const heldLetter = ({ guard, detail }: Held, { unproven }: Entry): Grounds => ({
  ...{ reason: 'held', detail, guard, unproven: unproven !== undefined },
})
