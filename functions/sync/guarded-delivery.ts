import type { Delivery } from '../core/event/by-member.ts'
import { isReplay } from '../core/event/sqs-message.ts'
import { type Approval, approvalKey, approvers } from '../core/guard/approval.ts'
import { claimOf } from '../core/guard/burst-places.ts'
import type { Guarded } from '../core/ledger/ledger-entry.ts'
import type { SyncWorld, TargetBatch } from './sync-world.ts'

/** What holds this change, if anything does. */
export function guardedOf({ message, change }: Delivery, { guards, hash }: SyncWorld): Guarded | undefined {
  const held = guards?.guard(change, message.sender ?? '')
  return guards && held && { held, key: approvalKey(change, hash), needed: guards.needed }
}

/**
 * A guarded change with what may let it through: a place in its burst, or its approvals. A change that is approved takes no place. Only a
 * replay can be approved by then, so the others ask for a place first. Rejects with `ApprovalsUnavailable` or `LedgerUnavailable`.
 */
export async function withRelease(
  guarded: Guarded,
  { message, change }: Delivery,
  { world, takePlace, deadline }: Pick<TargetBatch, 'world' | 'takePlace' | 'deadline'>,
): Promise<Guarded> {
  const { limit } = guarded.held
  const known = isReplay(message) ? await readApprovals(guarded, world) : undefined
  const isApproved = approvers(known ?? [], world.now()).length >= guarded.needed
  if (limit && !isApproved) {
    const claim = claimOf({ ...change, message: message.id }, world.hash)
    if (await takePlace(limit, claim, deadline)) return { ...guarded, placed: true }
  }
  return { ...guarded, approvals: known ?? (await readApprovals(guarded, world)) }
}

/** The table of approvals did not answer, so nothing was sent. */
export class ApprovalsUnavailable extends Error {
  override name = 'ApprovalsUnavailable'
}

/** The approvals of a guarded change. Rejects with `ApprovalsUnavailable`. */
async function readApprovals({ key }: Guarded, { guards }: SyncWorld): Promise<readonly Approval[]> {
  try {
    return (await guards?.approvals.read(key)) ?? []
  } catch (cause) {
    throw new ApprovalsUnavailable('the approvals are not readable', { cause })
  }
}
