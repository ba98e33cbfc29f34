import { causeText, effectText } from '../core/outcome/cause-words.ts'
import { causeOf, type Effect, isThrottled } from '../core/outcome/effect.ts'
import { firstPage, isAbsent, type ListedMember, type PeoplePage } from '../targets/people-page.ts'
import type { Http, Target } from '../targets/target.ts'

/** A list to read, and the way there. */
export interface ListWorld {
  readonly target: Pick<Target, 'people'>
  /** The target's own id of the scope. */
  readonly scope: string
  readonly http: Http
  /** Waits until the next call may be made. */
  readonly turn: () => Promise<void>
  readonly wait: (ms: number) => Promise<void>
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** No wait goes beyond this time. */
  readonly until: number
  /** Only events name the scope, so it may not exist: then it has no members. Else a list that the target does not know is not read. */
  readonly mayBeAbsent?: boolean
  /** From this time on no page is read after another: the reading is left for later. Never unless it is said. */
  readonly pauseAt?: number
  /** Where a reading that was left goes on. */
  readonly place?: ListPlace | undefined
}

/** Where the reading of a list goes on. */
export interface ListPlace {
  /** The position of the next page. */
  readonly page: number
  /** The last member of the pages before, with whom it begins. */
  readonly last?: string | undefined
  /** It begins behind that member, and must show nobody. */
  readonly isPastEnd: boolean
  /** How often the list has shifted, and when the reading began after that. */
  readonly starts: number
  readonly from: number
}

/** A page of a list. `at`: when the request for it began. */
export type ListPage = PeoplePage & { readonly at: number }

/** A part of the reading of a list. The last one is `end` or `unread`. */
export type ListPart =
  /** The members of a page that no page before it had, each once. */
  | {
      readonly kind: 'page'
      readonly page: number
      readonly at: number
      readonly listed: readonly ListedMember[]
    }
  /** The list was read to its end. `from`: when the reading that got there began. */
  | { readonly kind: 'end'; readonly from: number }
  | Unread

/** The list was not read to its end. */
export interface Unread {
  readonly kind: 'unread'
  /** The position of the page that was not read. */
  readonly page: number
  readonly cause: string
  readonly detail: string
  /** Where a later reading can go on: the list was left because of the time, after pages that were read. */
  readonly place?: ListPlace
}

/** How often the reading of a list that shifts starts again. */
const mostRestarts = 3

/** The longest list that is read, in members. Their ids are kept in memory. */
const mostMembers = 200_000

/** How often one page is tried: while the target throttles, and when it fails. */
const mostTries = { throttled: 10, failed: 3 }

/** The wait before a page is tried again, doubled each time, and the longest one, in milliseconds. */
const [firstPauseMs, longestPauseMs] = [1000, 120_000]

/**
 * Reads the list of a scope. Each page begins with the last member of the page before it. If that one is not there, the list has shifted
 * and may hide others: the reading starts again. `seen` gets all members, and has those of the reading that goes on; none is given twice.
 */
export async function* listScope(world: ListWorld, seen: Set<string>): AsyncGenerator<ListPart> {
  const { now, mayBeAbsent, pauseAt = Number.POSITIVE_INFINITY } = world
  const begin = (starts: number): ListPlace => ({ page: firstPage, isPastEnd: false, starts, from: now() })
  let place = world.place ?? begin(0)
  const passed = new Set(seen)
  for (let pages = 0; ; pages++) {
    if (pages > 0 && now() >= pauseAt) return yield { ...unreadBy(place.page, noTime), place }
    const { page, last, isPastEnd, starts, from } = place
    const read = await readPage(world, page)
    if (!read.ok) {
      if (mayBeAbsent && isAbsent(read.effect, world.place ? 1 : pages)) return yield { kind: 'end', from }
      const canGoOn = pages > 0 && 'cause' in read.effect && read.effect.cause === 'no_time'
      return yield { ...unreadBy(page, read.effect), ...(canGoOn && { place }) }
    }
    const { listed, next, total, odd = 0, at } = read
    const names = listed.map(({ member }) => member)
    const shown = names.length + odd
    if (isPastEnd ? shown > 0 : last !== undefined && !follows(names, last, passed)) {
      if (starts === mostRestarts) return yield unread(page, `shifted while it was read, ${starts + 1} times`)
      passed.clear()
      place = begin(starts + 1)
      continue
    }

    for (const member of names) passed.add(member)
    const fresh = listed.filter(({ member }) => !seen.has(member) && seen.add(member))
    if (fresh.length > 0) yield { kind: 'page', page, at, listed: fresh }
    const end = next ?? page + shown
    if (total === undefined ? next === undefined : end >= total) return yield { kind: 'end', from }
    if (seen.size > mostMembers) return yield unread(page, `has more than ${mostMembers} members`)
    if (end <= page)
      return yield unread(page, `says that there are more than ${end} members, but lists no more`)
    // A member that is left out may stand behind the last one that is listed.
    const overlapping = end - 1 - odd
    const goesPastEnd = overlapping <= page
    const position = { page: goesPastEnd ? end : overlapping, isPastEnd: goesPastEnd }
    place = { ...position, last: names.at(-1) ?? last, starts, from }
  }
}

/**
 * Whether a page goes on where the last one ended: it has the last member, and before it only members that were passed already, because
 * others came in front.
 */
function follows(names: readonly string[], last: string, passed: ReadonlySet<string>): boolean {
  const at = names.indexOf(last)
  return at >= 0 && names.slice(0, at).every(name => passed.has(name))
}

/** Reads one page. It waits while the target throttles, and tries again when it fails. */
export async function readPage(world: ListWorld, page: number): Promise<ListPage> {
  const { target, scope, http, turn, wait, now, until } = world
  for (let tries = 1; ; tries++) {
    await turn()
    const at = now()
    const read = await target.people(scope, page, http)
    if (read.ok) return { ...read, at }
    const pauseMs = pauseAfter(read.effect, tries)
    if (pauseMs === undefined) return { ...read, at }
    if (now() + pauseMs > until) return { ok: false, at, effect: noTime }
    await wait(pauseMs)
  }
}

const noTime: Effect = {
  ...{ kind: 'deferred', cause: 'no_time' },
  detail: 'the time ended before the list did',
}

/** The wait before a page is tried again, in milliseconds. Undefined if it is not tried again. */
function pauseAfter(effect: Effect, tries: number): number | undefined {
  const most = isThrottled(effect) ? mostTries.throttled : mayPass(effect) ? mostTries.failed : 0
  if (tries >= most) return undefined
  const askedMs = 'delayMs' in effect ? (effect.delayMs ?? 0) : 0
  return Math.max(askedMs, Math.min(firstPauseMs * 2 ** (tries - 1), longestPauseMs))
}

/** Whether another try soon may help. */
const mayPass = (effect: Effect): boolean =>
  effect.kind === 'deferred' && ['read_failed', 'unreachable', 'not_now'].includes(effect.cause)

function unreadBy(page: number, effect: Effect): Unread {
  if (effect.kind === 'proven') throw new Error('a list that is read is not unread')
  return { kind: 'unread', page, cause: causeOf(effect), detail: effectText(effect) }
}

const unread = (page: number, why: string): Unread => ({
  ...{ kind: 'unread', page, cause: 'read_failed' },
  detail: `${causeText('read_failed')}: the list ${why}`,
})
