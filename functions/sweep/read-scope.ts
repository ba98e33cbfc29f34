import type { Desired } from '../core/ledger/desired-state.ts'
import type { Entry } from '../core/ledger/ledger-entry.ts'
import { type Finding, findingOf, settledAfterMs } from '../core/sweep/finding.ts'
import type { ListedMember } from '../targets/people-page.ts'
import type { TargetKind } from '../targets/target.ts'
import { type ListWorld, listScope, readPage, type Unread } from './list-scope.ts'

/** What the reading of a scope needs. */
export interface ScopeWorld extends ListWorld {
  readonly kind: Pick<TargetKind, 'name' | 'isExactly'>
  /** The entries of these members, each named once, by strongly consistent reads. Members without an entry are left out. */
  readonly entries: (members: readonly string[]) => Promise<ReadonlyMap<string, Entry>>
  /** The members of a scope, given by its name, that have an entry. */
  readonly membersOf: (scope: string) => AsyncIterable<string>
  /** Says what is found of these members alone, and reads no further than to the last of them. All members unless it is given. */
  readonly only?: ReadonlySet<string>
  /** The members of a scope, given by its name, of whom a change takes effect later. */
  readonly pending: (scope: string) => Promise<ReadonlySet<string>>
  /** As for `Look`. Also how long a member in flight is left alone before it is looked at again. */
  readonly settleMs?: number
  /** The members that were listed: of a reading that goes on those of before. The reading adds to them. */
  readonly seen?: Set<string>
}

/** What was found of one member. */
export interface MemberRow {
  readonly kind: 'member'
  readonly member: string
  readonly finding: Finding
  /** What the list shows that the member holds. */
  readonly shown?: Desired | undefined
  /** The primary address that the list shows. Never stored, never logged. */
  readonly email?: string | undefined
  readonly entry?: Entry | undefined
  /** When the page was read, in milliseconds since 1970; of a member that is not listed, when the reading of the list began. */
  readonly at: number
}

/** An entry that was applied this long before is in the index by scope, in milliseconds. */
const indexedAfterMs = 60_000

/** Why no reading is complete while the index lacks entries: their members may be gone, and nobody knows. */
export const notIndexed = {
  ...{ kind: 'unread', page: 0, cause: 'not_indexed' },
  detail: 'who is gone is not known: the index lacks entries of an older version; run role-sync sweep index',
} as const satisfies Unread

/** How many entries are read at once. */
const atOnce = 100

/**
 * Reads one scope and compares each member with the ledger. Ends with a row `unread` if the list was not read to its end, or if the index lacks
 * a member who was listed: then nobody knows who was not listed, and who is gone. Without this row the reading is complete. A member that differs
 * while a change of it is in flight is looked at again a minute later, also if the reading goes on later. Rejects if the ledger does not answer.
 */
export async function* readScope(world: ScopeWorld): AsyncGenerator<MemberRow | Unread> {
  const { kind, scope, entries, membersOf, pending, now, wait, until, settleMs = settledAfterMs } = world
  const { seen = new Set<string>(), only } = world
  const unsettled = new Map<number, MemberRow[]>()
  /** Who was listed and must be in the index. */
  const due = new Set<string>()
  let settledAt = 0
  let unread: Unread | undefined
  let pendingMembers: ReadonlySet<string> | undefined

  const rowsOf = async (members: readonly ListedMember[], at: number, isListed = true) => {
    const found = await entries(members.map(({ member }) => member))
    if (isListed && members.some(({ member }) => !found.has(member)))
      pendingMembers ??= await pending(`${kind.name}/${scope}`)
    return members.flatMap(({ member, state, email }): MemberRow[] => {
      const entry = found.get(member)
      const finding = findingOf(
        {
          listed: isListed ? { ...(state && { state }) } : undefined,
          entry,
          at,
          settleMs,
          isPending: pendingMembers?.has(member) ?? false,
        },
        kind.isExactly,
      )
      return finding ? [{ kind: 'member', member, finding, shown: state, email, entry, at }] : []
    })
  }

  for await (const part of listScope(world, seen)) {
    if (part.kind === 'unread') unread = part
    else if (part.kind === 'page') {
      const wanted = only ? part.listed.filter(({ member }) => only.has(member)) : part.listed
      const rows = await rowsOf(wanted, part.at)
      const differing = rows.filter(({ finding }) => finding === 'in_flight')
      if (differing.length > 0) {
        unsettled.set(part.page, [...(unsettled.get(part.page) ?? []), ...differing])
        settledAt = now() + settleMs
      }
      yield* rows.filter(({ finding }) => finding !== 'in_flight')
      for (const { member, entry } of rows)
        if ((entry?.applied?.at ?? part.at) < part.at - indexedAfterMs) due.add(member)
      if (only?.isSubsetOf(seen)) break
    } else {
      const all = only ?? membersOf(`${kind.name}/${scope}`)
      for await (const members of inParts(unlisted(all, seen, due)))
        yield* await rowsOf(members, part.from, false)
      if (due.size > 0) unread = notIndexed
    }
  }

  const looksAgain = (!unread || unread.place !== undefined) && settledAt <= until
  if (unsettled.size > 0 && looksAgain) await wait(Math.max(0, settledAt - now()))
  for (const [page, rows] of unsettled) {
    const read = looksAgain ? await readPage(world, page) : undefined
    const listed = new Map((read?.ok ? read.listed : []).map(each => [each.member, each]))
    const again = rows.flatMap(({ member }) => listed.get(member) ?? [])
    yield* read ? await rowsOf(again, read.at) : []
    yield* rows.filter(({ member }) => !listed.has(member))
  }
  if (unread) yield unread
}

/** The members with an entry that the list lacks. Takes all members with an entry from those that are due. */
async function* unlisted(
  members: Iterable<string> | AsyncIterable<string>,
  seen: ReadonlySet<string>,
  due: Set<string>,
) {
  for await (const member of members) {
    due.delete(member)
    if (!seen.has(member)) yield { member }
  }
}

/** The items in parts of at most 100. */
async function* inParts<T>(items: AsyncIterable<T>): AsyncGenerator<readonly T[]> {
  let part: T[] = []
  for await (const item of items) {
    part.push(item)
    if (part.length < atOnce) continue
    yield part
    part = []
  }
  if (part.length > 0) yield part
}
