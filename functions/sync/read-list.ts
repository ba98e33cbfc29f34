import type { Scope } from '../core/event/role-catalogue.ts'
import { causeOf, type Effect } from '../core/outcome/effect.ts'
import { scopeName } from '../core/people/person-event.ts'
import { firstPage, type ListedMember, type PeoplePage } from '../targets/people-page.ts'
import type { Http, Target } from '../targets/target.ts'
import type { SyncWorld, TargetLink } from './sync-world.ts'

/** The minimum wait after a 429, in milliseconds: some targets ask for no delay. */
const leastPauseMs = 1000

/** The list of one scope within one batch, and what is told of its reading. */
export type ScopeList = ReturnType<typeof openList>

/** What a reading of a list came to. `at`: when it began. */
export type ListRead =
  | { readonly ok: true; readonly at: number; readonly pages: number; readonly listed: number }
  | { readonly ok: false; readonly effect: Effect; readonly pages: number; readonly listed: number }

/** Opens the list of a scope. No request ends after `deadline`, in milliseconds since 1970. */
export function openList(
  { target, scope }: Scope,
  { now, telemetry, targets, wait, rules }: SyncWorld,
  deadline: number,
) {
  const link = targets.get(target) as TargetLink
  const name = scopeName({ target, scope })
  const start = now()
  let calls = 0
  const http: Http = request => {
    calls += 1
    return link.http(deadline)(request)
  }
  return {
    ...{ link, name, now, wait },
    /** Whether a request that begins so much later, in milliseconds, ends in time. */
    isTimeFor: (laterMs: number) => now() + laterMs + rules.requestTimeoutMs <= deadline,
    /** Waits for the turn that the throttle gives. */
    turn: async () => {
      const turnMs = link.breaker.turnMs(name)
      if (turnMs > 0) await wait(turnMs)
    },
    /** Reads something of the list, unless a breaker is open. Failures count for the breaker of lists; a 429 counts for all calls. */
    look: (read: (target: Target, http: Http) => Promise<Effect>): Promise<Effect> =>
      link.breaker.list(name, () => read(link.target, http)),
    /** Writes the log line of the reading, with what stopped it. */
    tell: (people: number, found: number, listed: number, effect?: Effect) =>
      telemetry.search({
        ...{ target, scope: name, people, found, listed, calls, durationMs: now() - start },
        ...(effect && stoppedBy(effect)),
      }),
  }
}

/** Reads one page of a list, unless a breaker is open. */
export async function readPage({ look, name }: ScopeList, page: number): Promise<PeoplePage> {
  let read: PeoplePage | undefined
  const [, scope = ''] = name.split('/')
  const effect = await look(async (target, http) => {
    read = await target.people(scope, page, http)
    return read.ok ? { kind: 'proven', status: 200 } : read.effect
  })
  return read ?? { ok: false, effect }
}

/**
 * Reads the members of a scope, page by page, each of them once, to the end or until it `isEnough` after a page. While the target
 * throttles, it waits as asked.
 */
export async function readList(
  list: ScopeList,
  take: (listed: ListedMember, page: number) => void,
  isEnough: () => boolean = () => false,
): Promise<ListRead> {
  const { link, name, now, wait, turn, isTimeFor } = list
  const start = now()
  const seen = new Set<string>()
  let odd = 0
  let pages = 0
  const stopped = (effect: Effect): ListRead => ({ ok: false, effect, pages, listed: seen.size })

  for (let page: number | undefined = firstPage; page !== undefined && !isEnough(); ) {
    await turn()
    const answer = await readPage(list, page)
    if (!answer.ok) {
      const pause = pauseAfter(answer.effect)
      // A scope that alone is throttled gives its time to the next scopes, if nothing of it is read yet.
      const yields = pages === 0 && link.breaker.throttledAlone(name)
      if (yields || !isTimeFor(pause))
        return stopped(pages > 0 ? cutShort(answer.effect, name, seen.size) : answer.effect)
      await wait(pause)
      continue
    }
    const before = seen.size
    pages += 1
    odd += answer.odd ?? 0
    for (const each of answer.listed) {
      if (seen.has(each.member)) continue // the list may shift while it is read
      seen.add(each.member)
      take(each, page)
    }
    const whole = answer.total === undefined ? answer.next === undefined : seen.size + odd >= answer.total
    page = whole ? undefined : (answer.next ?? page)
    if (page !== undefined && seen.size === before) return stopped(incomplete(name, seen.size))
  }
  return { ok: true, at: start, pages, listed: seen.size }
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

/** The fields of the log line about what stopped the reading. */
const stoppedBy = (effect: Effect) =>
  effect.kind === 'proven'
    ? {}
    : { cause: causeOf(effect), ...(effect.status !== undefined && { status: effect.status }) }
