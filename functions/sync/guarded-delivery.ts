import type { Delivery } from '../core/event/by-member.ts'
import { type Approval, approvalKey } from '../core/guard/approval.ts'
import type { Guarded } from '../core/ledger/ledger-entry.ts'
import type { SyncWorld } from './sync-world.ts'

/** What holds this change, if anything does. */
export function guardedOf({ message, change }: Delivery, { guards, hash }: SyncWorld): Guarded | undefined {
  const held = guards?.guard(change, message.sender ?? '')
  return guards && held && { held, key: approvalKey(change, hash), needed: guards.needed }
}

/** The table of approvals did not answer, so nothing was sent. */
export class ApprovalsUnavailable extends Error {
  override name = 'ApprovalsUnavailable'
}

/** The approvals of a guarded change. Rejects with `ApprovalsUnavailable`. */
export async function readApprovals({ key }: Guarded, { guards }: SyncWorld): Promise<readonly Approval[]> {
  try {
    return (await guards?.approvals.read(key)) ?? []
  } catch (cause) {
    throw new ApprovalsUnavailable('the approvals are not readable', { cause })
  }
}
