import type { Scope } from '../core/event/role-catalogue.ts'
import { causeOf, type Effect, isNotFound } from '../core/outcome/effect.ts'
import { foldEmail, scopeName } from '../core/people/person-event.ts'
import type { PersonPlace } from '../core/ports.ts'
import { firstPage, type PeoplePage } from '../targets/people-page.ts'
import type { Http } from '../targets/target.ts'
import type { SyncWorld, TargetLink } from './sync-world.ts'

/** What a search of one scope came to. */
export type Search =
  /** The list was read to its end: when that began, how many pages and members it had, and by folded address whom it shows. */
  | {
      readonly ok: true
      readonly at: number
      readonly pages: number
      readonly listed: number
      readonly found: ReadonlyMap<string, readonly PersonPlace[]>
    }
  /** It was not: nothing is known of anybody. */
  | { readonly ok: false; readonly effect: Effect }

/** How long a search waits at the least that is told to slow down, in milliseconds; some targets ask for no time at all. */
const leastPauseMs = 1000

/**
 * Reads all members of a scope, page by page, and picks out the people of these addresses, which are folded. It reads to the
 * end, as there may be several of one address; while the target throttles, it waits for as long as it is asked to. No
 * request outlives `deadline`, in milliseconds since 1970.
 */
export async function search(
  { target, scope }: Scope,
  emails: ReadonlySet<string>,
  world: SyncWorld,
  deadline: number,
): Promise<Search> {
  const { now, rules, telemetry, wait } = world
  const link = world.targets.get(target) as TargetLink
  const name = scopeName({ target, scope })
  const start = now()
  const found = new Map<string, PersonPlace[]>()
  const seen = new Set<string>()
  let odd = 0
  let pages = 0
  let calls = 0
  const http: Http = request => {
    calls += 1
    return link.http(deadline)(request)
  }
  const tell = (effect?: Effect): void =>
    telemetry.search({
      ...{ target, scope: name, people: emails.size, found: found.size },
      ...{ listed: seen.size, calls, durationMs: now() - start },
      ...(effect && stoppedBy(effect)),
    })

  for (let page: number | undefined = firstPage; page !== undefined; ) {
    const turnMs = link.breaker.turnMs(name)
    if (turnMs > 0) await wait(turnMs)
    const read = await readPage(link, { name, scope, page }, http)
    if (!read.ok) {
      const pause = pauseAfter(read.effect)
      // Where nothing is read yet, nothing is lost: the scopes after one that is throttled alone have the time.
      const yields = pages === 0 && link.breaker.throttledAlone(name)
      if (!yields && now() + pause + rules.requestTimeoutMs <= deadline) {
        await wait(pause)
        continue
      }
      // A scope that is not there, or not yet, has no members.
      const isAbsent = pages === 0 && isNotFound(read.effect)
      const effect = pages > 0 ? cutShort(read.effect, name, seen.size) : read.effect
      tell(effect)
      return isAbsent ? { ok: true, at: start, pages: 1, listed: 0, found } : { ok: false, effect }
    }
    const before = seen.size
    pages += 1
    odd += read.odd ?? 0
    for (const { member, email } of read.listed) {
      if (seen.has(member)) continue // the list may shift while it is read
      seen.add(member)
      if (email === undefined) continue
      const folded = foldEmail(email)
      if (emails.has(folded)) found.set(folded, [...(found.get(folded) ?? []), { member, page }])
    }
    const whole = read.total === undefined ? read.next === undefined : seen.size + odd >= read.total
    page = whole ? undefined : (read.next ?? page)
    if (page !== undefined && seen.size === before) {
      const effect = incomplete(name, seen.size)
      tell(effect)
      return { ok: false, effect }
    }
  }
  tell()
  return { ok: true, at: start, pages, listed: seen.size, found }
}

/**
 * Whether one page of a scope's list still shows these members under their addresses, which are folded, and nobody else: those
 * of whom it does. None where it cannot be read now.
 */
export async function confirm(
  { target, scope }: Scope,
  page: number,
  members: ReadonlyMap<string, string>,
  world: SyncWorld,
  deadline: number,
): Promise<ReadonlyMap<string, string>> {
  const { now, telemetry, wait } = world
  const link = world.targets.get(target) as TargetLink
  const name = scopeName({ target, scope })
  const start = now()
  const turnMs = link.breaker.turnMs(name)
  if (turnMs > 0) await wait(turnMs)
  let calls = 0
  const http: Http = request => {
    calls += 1
    return link.http(deadline)(request)
  }
  const read = await readPage(link, { name, scope, page }, http)
  const listed = read.ok ? read.listed : []
  const found = new Map(
    [...members].filter(([email, member]) => {
      const [first, another] = listed.filter(
        each => each.email !== undefined && foldEmail(each.email) === email,
      )
      return first?.member === member && another === undefined
    }),
  )
  telemetry.search({
    ...{ target, scope: name, people: members.size, found: found.size },
    ...{ listed: listed.length, calls, durationMs: now() - start },
    ...(!read.ok && stoppedBy(read.effect)),
  })
  return found
}

/** One page, unless a breaker is open; it counts with the lists of the target, and a 429 with all calls to it. */
async function readPage(
  link: TargetLink,
  { name, scope, page }: { readonly name: string; readonly scope: string; readonly page: number },
  http: Http,
): Promise<PeoplePage> {
  let read: PeoplePage | undefined
  const effect = await link.breaker.list(name, async () => {
    read = await link.target.people(scope, page, http)
    return read.ok ? { kind: 'proven', status: 200 } : read.effect
  })
  return read ?? { ok: false, effect }
}

/** How long to wait before the same page is read again; for ever where waiting does not help. */
const pauseAfter = (effect: Effect): number =>
  effect.kind === 'deferred' && (effect.cause === 'throttled' || effect.cause === 'resting')
    ? Math.max(effect.delayMs ?? 0, leastPauseMs)
    : Number.POSITIVE_INFINITY

/**
 * A list that could not be read to its end in the time of one invocation was tried, and a row of those gives up. A list that is
 * gone before its end shows nobody's absence.
 */
function cutShort(effect: Effect, scope: string, listed: number): Effect {
  if ('cause' in effect && effect.cause !== 'no_time') return effect
  const what =
    effect.kind === 'refused' ? 'the list was not there any more' : 'the time of an invocation ended'
  return { kind: 'deferred', cause: 'read_failed', detail: `${scope}: ${what} after ${listed} members` }
}

/** The list says has-more but lists no new member: it is incomplete. */
const incomplete = (scope: string, listed: number): Effect => ({
  ...{ kind: 'deferred', cause: 'read_failed' },
  detail: `${scope}: the list is incomplete: it says has-more after ${listed} members but lists no new one`,
})

/** What the line of a search says of what stopped it; a page that is not there is never proven. */
const stoppedBy = (effect: Effect) =>
  effect.kind === 'proven'
    ? {}
    : { cause: causeOf(effect), ...(effect.status !== undefined && { status: effect.status }) }
