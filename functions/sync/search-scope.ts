import type { Scope } from '../core/event/role-catalogue.ts'
import { causeOf, type Effect, isNotFound } from '../core/outcome/effect.ts'
import { foldEmail, scopeName } from '../core/people/person-event.ts'
import type { PersonPlace } from '../core/ports.ts'
import { firstPage, type PeoplePage } from '../targets/people-page.ts'
import type { Http } from '../targets/target.ts'
import type { SyncWorld, TargetLink } from './sync-world.ts'

/** The result of a search in one scope. */
export type Search =
  /** The list was read to its end. `at`: when the reading began. `found`: the members by folded address. */
  | {
      readonly ok: true
      readonly at: number
      readonly pages: number
      readonly listed: number
      readonly found: ReadonlyMap<string, readonly PersonPlace[]>
    }
  /** The list was not read to its end. */
  | { readonly ok: false; readonly effect: Effect }

/** The minimum wait after a 429, in milliseconds: some targets ask for no delay. */
const leastPauseMs = 1000

/** The lists of members, read within one batch. */
export interface MemberLists {
  /**
   * Reads all members of a scope, page by page, and finds the people with these folded addresses. It reads to the end, because
   * several members may have one address. While the target throttles, it waits as asked.
   */
  readonly search: (scope: Scope, emails: ReadonlySet<string>) => Promise<Search>
  /**
   * Reads one page of a scope's list, and returns those of the members that it still shows as the only one with their folded
   * address. Returns none if the page cannot be read.
   */
  readonly confirm: (
    scope: Scope,
    page: number,
    members: ReadonlyMap<string, string>,
  ) => Promise<ReadonlyMap<string, string>>
}

/** Binds the reading of lists to a batch: no request ends after `deadline`, in milliseconds since 1970. */
export function createMemberLists(world: SyncWorld, deadline: number): MemberLists {
  const { now, rules, wait } = world
  const open = (scope: Scope) => openList(scope, world, deadline)

  return {
    search: async (scope, emails) => {
      const { link, name, turn, read, tell } = open(scope)
      const start = now()
      const found = new Map<string, PersonPlace[]>()
      const seen = new Set<string>()
      let odd = 0
      let pages = 0
      const ended = (effect?: Effect) => tell(emails.size, found.size, seen.size, effect)

      for (let page: number | undefined = firstPage; page !== undefined; ) {
        await turn()
        const answer = await read(page)
        if (!answer.ok) {
          const pause = pauseAfter(answer.effect)
          // A scope that alone is throttled gives its time to the next scopes, if nothing of it is read yet.
          const yields = pages === 0 && link.breaker.throttledAlone(name)
          if (!yields && now() + pause + rules.requestTimeoutMs <= deadline) {
            await wait(pause)
            continue
          }
          // A scope that does not exist (yet) has no members.
          const isAbsent = pages === 0 && isNotFound(answer.effect)
          const effect = pages > 0 ? cutShort(answer.effect, name, seen.size) : answer.effect
          ended(effect)
          return isAbsent ? { ok: true, at: start, pages: 1, listed: 0, found } : { ok: false, effect }
        }
        const before = seen.size
        pages += 1
        odd += answer.odd ?? 0
        for (const { member, email } of answer.listed) {
          if (seen.has(member)) continue // the list may shift while it is read
          seen.add(member)
          if (email === undefined) continue
          const folded = foldEmail(email)
          if (emails.has(folded)) found.set(folded, [...(found.get(folded) ?? []), { member, page }])
        }
        const whole = answer.total === undefined ? answer.next === undefined : seen.size + odd >= answer.total
        page = whole ? undefined : (answer.next ?? page)
        if (page !== undefined && seen.size === before) {
          const effect = incomplete(name, seen.size)
          ended(effect)
          return { ok: false, effect }
        }
      }
      ended()
      return { ok: true, at: start, pages, listed: seen.size, found }
    },

    confirm: async (scope, page, members) => {
      const { turn, read, tell } = open(scope)
      await turn()
      const answer = await read(page)
      const listed = answer.ok ? answer.listed : []
      const found = new Map(
        [...members].filter(([email, member]) => {
          const [first, another] = listed.filter(
            each => each.email !== undefined && foldEmail(each.email) === email,
          )
          return first?.member === member && another === undefined
        }),
      )
      tell(members.size, found.size, listed.length, answer.ok ? undefined : answer.effect)
      return found
    },
  }
}

/** The list of one scope, and what is told of its reading. */
function openList({ target, scope }: Scope, { now, telemetry, targets, wait }: SyncWorld, deadline: number) {
  const link = targets.get(target) as TargetLink
  const name = scopeName({ target, scope })
  const start = now()
  let calls = 0
  const http: Http = request => {
    calls += 1
    return link.http(deadline)(request)
  }
  return {
    link,
    name,
    /** Waits for the turn that the throttle gives. */
    turn: async () => {
      const turnMs = link.breaker.turnMs(name)
      if (turnMs > 0) await wait(turnMs)
    },
    /** Reads one page, unless a breaker is open. Failures count for the breaker of lists; a 429 counts for all calls. */
    read: async (page: number): Promise<PeoplePage> => {
      let read: PeoplePage | undefined
      const effect = await link.breaker.list(name, async () => {
        read = await link.target.people(scope, page, http)
        return read.ok ? { kind: 'proven', status: 200 } : read.effect
      })
      return read ?? { ok: false, effect }
    },
    /** Writes the log line of the reading, with what stopped it. */
    tell: (people: number, found: number, listed: number, effect?: Effect) =>
      telemetry.search({
        ...{ target, scope: name, people, found, listed, calls, durationMs: now() - start },
        ...(effect && stoppedBy(effect)),
      }),
  }
}

/** The wait before the same page is read again. Infinite if waiting does not help. */
const pauseAfter = (effect: Effect): number =>
  effect.kind === 'deferred' && (effect.cause === 'throttled' || effect.cause === 'resting')
    ? Math.max(effect.delayMs ?? 0, leastPauseMs)
    : Number.POSITIVE_INFINITY

/**
 * The effect of a reading that stopped in the middle. `no_time` becomes `read_failed`, which counts as an attempt, so that the
 * message is given up in the end. So does a 404: a list that disappears proves nobody's absence.
 */
function cutShort(effect: Effect, scope: string, listed: number): Effect {
  if ('cause' in effect && effect.cause !== 'no_time') return effect
  const what =
    effect.kind === 'refused' ? 'the list was not there any more' : 'the time of an invocation ended'
  return { kind: 'deferred', cause: 'read_failed', detail: `${scope}: ${what} after ${listed} members` }
}

const incomplete = (scope: string, listed: number): Effect => ({
  ...{ kind: 'deferred', cause: 'read_failed' },
  detail: `${scope}: the list is incomplete: it says has-more after ${listed} members but lists no new one`,
})

/** The fields of the search's log line about what stopped it. */
const stoppedBy = (effect: Effect) =>
  effect.kind === 'proven'
    ? {}
    : { cause: causeOf(effect), ...(effect.status !== undefined && { status: effect.status }) }
