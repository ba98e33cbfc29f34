import { type OwnerLimit, ownerDetail } from '../core/guard/last-owner.ts'
import { type Demotion, notOverUntil, scopeLeaseKey, takeScope } from '../core/guard/scope-lease.ts'
import type { Clearance } from '../core/ledger/ledger-entry.ts'
import { effectText } from '../core/outcome/cause-words.ts'
import type { Deferred, Effect } from '../core/outcome/effect.ts'
import { scopeOf } from '../core/people/person-event.ts'
import { memberParts, type Reading } from '../targets/target.ts'
import { createEntryUpdater, type UpdateEntry } from './conditional-write.ts'
import { openList, readList, type ScopeList } from './read-list.ts'
import type { ClearDemotion, SyncWorld } from './sync-world.ts'

/** Binds the guard to an instance, which remembers the leases of scopes. */
export function createDemotionClearer(update: UpdateEntry, world: SyncWorld): ClearDemotion {
  const { now, rules, guards } = world
  if (!guards?.owners) return async ({ rev }) => ({ rev, others: 'enough', detail: '' })
  const updateItem = createEntryUpdater(guards.owners.leases, now)

  const takeLease = async (key: string, mine: Omit<Demotion, 'at'>, until: number) => {
    const step = (over?: Demotion) =>
      updateItem(
        key,
        item => takeScope(item, key, { ...mine, at: now() }, by => over !== undefined && isSame(by, over)),
        until,
      )
    const first = await step()
    if (first.kind === 'taken') return undefined
    const look = await update(
      first.by.member,
      entry => ({ kind: 'looked', again: notOverUntil(entry, first.by, now(), rules) }),
      until,
    )
    if (look.again !== undefined) return look.again
    return (await step(first.by)).kind === 'taken' ? undefined : now()
  }

  return async ({ member, owners, rev, isApproved }, until) => {
    const list = listOf(member, world, until)
    const reading = await readMember(list, member)
    if (reading.kind === 'unread') return unread(reading.effect)
    const lost = lostBy(reading, owners)
    const cleared = (others: Clearance['others'], detail = ''): Clearance => ({ rev, others, detail })
    if (lost.length === 0) return cleared('enough')

    const again = await takeLease(scopeLeaseKey(scopeOf(member)), { member, rev }, until)
    if (again !== undefined) return busy(again - now())
    if (isApproved) return cleared('uncounted')
    const others = await countOthers(list, member, lost)
    if (!Array.isArray(others)) return unread(others)
    const short = shortOf(lost, others)
    return short < 0
      ? cleared('enough')
      : cleared('too_few', ownerDetail(lost[short] as OwnerLimit, others[short]))
  }
}

/**
 * Whether a change would leave too few others with a role, as the target shows it now. Without the lease of the scope, so another demotion may
 * not be counted. False if that cannot be read. Never rejects; no request ends after `until`.
 */
export async function wouldLeaveTooFew(
  member: string,
  owners: readonly OwnerLimit[],
  world: SyncWorld,
  until: number,
): Promise<boolean> {
  try {
    const list = listOf(member, world, until)
    const reading = await readMember(list, member)
    if (reading.kind === 'unread') return false
    const lost = lostBy(reading, owners)
    const others = lost.length > 0 && (await countOthers(list, member, lost))
    return Array.isArray(others) && shortOf(lost, others) >= 0
  } catch {
    return false
  }
}

/** The list of a member's scope. */
function listOf(member: string, world: SyncWorld, until: number): ScopeList {
  const [scope] = memberParts(member)
  return openList({ target: member.slice(0, member.indexOf('/')), scope }, world, until)
}

/** The roles that a member has and would lose. */
const lostBy = (reading: Exclude<Reading, { kind: 'unread' }>, owners: readonly OwnerLimit[]) =>
  reading.kind === 'absent' ? [] : owners.filter(({ isIn }) => isIn(reading.state))

/** The first role that too few others have, as an index; -1 if there is none. */
const shortOf = (lost: readonly OwnerLimit[], others: readonly number[]): number =>
  lost.findIndex(({ keep }, index) => (others[index] as number) < keep)

const isSame = (a: Demotion, b: Demotion): boolean =>
  a.member === b.member && a.rev === b.rev && a.at === b.at

/** Reads what a member has, as a list is read: a breaker and the throttle count it so. */
async function readMember(
  { turn, look }: ScopeList,
  member: string,
): Promise<Exclude<Reading, { kind: 'unread' }> | { readonly kind: 'unread'; readonly effect: Effect }> {
  let reading: Reading | undefined
  await turn()
  const effect = await look(async (target, http) => {
    reading = await target.read?.(member, http)
    if (reading === undefined) return unreadable('this target does not show what a member has')
    if (reading.kind !== 'unread') return { kind: 'proven', status: 200 }
    return reading.effect ?? unreadable(reading.detail)
  })
  return reading === undefined || reading.kind === 'unread' ? { kind: 'unread', effect } : reading
}

/** How many other members have each role: at most as many as are kept, for the reading stops there. */
async function countOthers(
  list: ScopeList,
  member: string,
  owners: readonly OwnerLimit[],
): Promise<number[] | Effect> {
  const others = owners.map(() => 0)
  const isEnough = () => owners.every(({ keep }, index) => (others[index] as number) >= keep)
  const read = await readList(
    list,
    ({ member: other, state }) => {
      if (other === member || state === undefined) return
      for (const [index, { isIn }] of owners.entries())
        if (isIn(state)) others[index] = (others[index] as number) + 1
    },
    isEnough,
  )
  const effect = read.ok ? undefined : read.effect
  list.tell(Math.max(...owners.map(({ keep }) => keep)), Math.max(...others), read.listed, effect)
  return effect ?? others
}

const unreadable = (detail: string): Deferred => ({ kind: 'deferred', cause: 'read_failed', detail })

const unread = (effect: Effect): Deferred => ({
  ...{ kind: 'deferred', cause: 'owners_unread', detail: effectText(effect) },
  ...('delayMs' in effect && effect.delayMs !== undefined && { delayMs: effect.delayMs }),
})

const busy = (delayMs: number): Deferred => ({
  ...{ kind: 'deferred', cause: 'owners_busy', delayMs },
  detail: 'the change of another member of this scope, who has the guarded role, may still take effect',
})
