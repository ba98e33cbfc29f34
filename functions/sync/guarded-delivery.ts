import type { GuardName } from '../core/dead-letter/reason.ts'
import type { Delivery } from '../core/event/by-member.ts'
import { isReplay } from '../core/event/sqs-message.ts'
import { type Approval, approvalKey, approvers } from '../core/guard/approval.ts'
import { heldByBurst } from '../core/guard/burst.ts'
import { claimOf } from '../core/guard/burst-places.ts'
import type { Held } from '../core/guard/guards.ts'
import { heldByOwners } from '../core/guard/last-owner.ts'
import type { Guarded } from '../core/ledger/ledger-entry.ts'
import type { Opened } from '../core/ledger/open-entry.ts'
import type { Deferred } from '../core/outcome/effect.ts'
import { wouldLeaveTooFew } from './clear-demotion.ts'
import type { GuardLink, SyncWorld, TargetBatch } from './sync-world.ts'

/**
 * What holds this change, or would hold it: what it is comes before what it leaves behind. Undefined where no guard is declared. A burst is asked
 * for what is scheduled, once: of a change that is ahead nothing else is, and of one that is due it was.
 */
export async function guardedOf(
  { message: { sender = '', isDue }, change }: Delivery,
  { guards, hash }: Pick<SyncWorld, 'guards' | 'hash'>,
): Promise<Guarded | undefined> {
  if (!guards) return undefined
  const { withdraws = change.ends?.withdraws, ...others } = change
  const asked = isDue || !withdraws ? others : { ...others, withdraws }
  const isAhead = change.due !== undefined
  const owners = (!isAhead && guards.owners?.of(change)) || []
  const all = defined(
    await withKnown(guards.trial?.(asked, sender), guards),
    heldByOwners(guards.owners?.tried(change)),
  )
  const tried = isAhead ? all.filter(isBurst) : all
  const first = await withKnown(guards.guard(asked, sender), guards)
  const held = (isAhead && first && !isBurst(first) ? undefined : first) ?? heldByOwners(owners) ?? tried[0]
  return {
    ...{ held, key: approvalKey(change, hash), needed: guards.needed, tried },
    ...(owners.length > 0 && { owners }),
  }
}

const isBurst = ({ limit }: Held): boolean => limit !== undefined

/** What any guard may hold a shadowed change for, in either mode. */
export async function heldInShadow(
  { message: { sender = '' }, change }: Delivery,
  { guards }: Pick<SyncWorld, 'guards'>,
): Promise<readonly Held[]> {
  const { owners } = guards ?? {}
  return defined(
    await withKnown(guards?.guard(change, sender) ?? guards?.trial?.(change, sender), guards),
    heldByOwners([...(owners?.of(change) ?? []), ...(owners?.tried(change) ?? [])]),
  )
}

const defined = (...all: readonly (Held | undefined)[]): Held[] => all.filter(each => each !== undefined)

/** What a guard holds, with the number of members that its share is of. */
async function withKnown(
  held: Held | undefined,
  guards: Pick<GuardLink, 'knownMembers'> | undefined,
): Promise<Held | undefined> {
  const limit = held?.limit
  if (limit?.share === undefined) return held
  return heldByBurst({ ...limit, known: await guards?.knownMembers?.(limit.burst.scope) })
}

type Unapproved = Extract<Opened, { kind: 'unapproved' }>

const isUnapproved = (opened: { readonly kind: string }): opened is Unapproved => opened.kind === 'unapproved'

/** How often the guards are asked within one attempt: while they are, another may change the member's entry. */
const mostAsked = 4

/**
 * Opens the entry of a member, and asks what may let a guarded change through until that is known of the entry's revision. `deferred`: it is
 * not known now. `wouldHold`: a guard in shadow mode that would hold the change. Rejects with `ApprovalsUnavailable` or `LedgerUnavailable`.
 */
export async function openGuarded<Step extends { readonly kind: string }>(
  openAs: (guarded: Guarded | undefined) => Promise<Step | Unapproved>,
  guarded: Guarded | undefined,
  delivery: Delivery,
  batch: TargetBatch,
): Promise<{
  readonly opened: Exclude<Step, Unapproved> | Deferred
  readonly wouldHold?: GuardName | undefined
}> {
  let asked = guarded
  let wouldHold: GuardName | undefined
  for (let times = 0; ; times++) {
    const opened = await openAs(asked)
    if (!isUnapproved(opened)) return { opened: opened as Exclude<Step, Unapproved>, wouldHold }
    if (!asked || times === mostAsked) return { opened: changing }
    if (times === 0) wouldHold = await holding(asked.tried, delivery, batch)
    const released = await withRelease(asked, opened, delivery, batch)
    if ('kind' in released) return { opened: released }
    asked = released
  }
}

const changing: Deferred = {
  ...{ kind: 'deferred', cause: 'owners_busy' },
  detail: 'the entry of the member changes while the guards are asked',
}

/**
 * A guarded change with what may let it through: a place in its burst, or its approvals, then the count of those who keep the role. A change
 * that is approved takes no place and is not counted. Only a replay can be approved by then, so the others ask for these first.
 */
async function withRelease(
  guarded: Guarded,
  opened: Unapproved,
  { message, change }: Delivery,
  { world, takePlace, clearDemotion, deadline }: TargetBatch,
): Promise<Guarded | Deferred> {
  const { owners, needed, tried } = guarded
  const { held } = opened
  if (tried.includes(held)) return { ...guarded, placed: true }
  let { placed, approvals } = guarded
  const read = async () => (approvals ??= await readApprovals(guarded, world))
  const isApproved = () => opened.isApproved || approvers(approvals ?? [], world.now()).length >= needed

  if (!opened.isApproved && isReplay(message)) await read()
  if (held.limit && !placed && !isApproved()) {
    const claim = claimOf({ ...change, message: message.id }, world.hash)
    if (await takePlace(held.limit, claim, deadline)) placed = true
  }
  if (!held.owners && !placed && !opened.isApproved) await read()
  const asked = () => ({ ...guarded, ...(placed && { placed }), ...(approvals && { approvals }) })
  const passes = held.owners || placed || isApproved()
  if (!owners || !passes) return asked()

  const { member } = change
  const cleared = await clearDemotion({ member, owners, rev: opened.rev, isApproved: isApproved() }, deadline)
  if ('kind' in cleared) return cleared
  if (cleared.others === 'too_few') await read()
  return { ...asked(), cleared }
}

/**
 * The first of these guards that would hold a change if it were enforced. A burst counts in an item of its own; owners are counted without the
 * lease of the scope, in half of the time that is left. What cannot be counted holds nothing: a trial keeps no change waiting.
 */
export async function holding(
  all: readonly Held[],
  { message, change }: Delivery,
  { world, takePlace, deadline }: Pick<TargetBatch, 'world' | 'takePlace' | 'deadline'>,
): Promise<GuardName | undefined> {
  for (const { guard, limit, owners } of all) {
    if (limit) {
      const claim = claimOf({ ...change, message: message.id }, world.hash)
      if (await takePlace({ ...limit, isTrial: true }, claim, deadline).catch(() => true)) continue
    }
    const until = (world.now() + deadline) / 2
    if (owners && !(await wouldLeaveTooFew(change.member, owners, world, until))) continue
    return guard
  }
  return undefined
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
