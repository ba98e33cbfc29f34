import { type Effect, healthOf, isThrottled } from '../core/outcome/effect.ts'

/** The first rest after a 429 that does not say how long, and the longest of all, in milliseconds. */
const firstRestMs = 1000
const longestRestMs = 60_000

/** The gap between two calls after a first 429, the widest, and how much of it is left after a call that is not refused. */
const firstGapMs = 100
const widestGapMs = 500
const narrowing = 0.99

/** How long a scope is remembered after its last 429, in milliseconds, and how many are: their names come from events. */
const rememberedMs = 2 * 3_600_000
const mostScopes = 100

/**
 * How fast an instance calls a target: as fast as the target lets it. One per target and instance. The clock is an argument:
 * `now` and `began` are milliseconds since 1970.
 */
export interface Throttle {
  /** For how long no call of the scope is made at all, in milliseconds; 0 when calls may be made. */
  readonly restMs: (scope: string, now: number) => number
  /** Whether the scope is throttled while the others are not. */
  readonly isAlone: (scope: string) => boolean
  /** Takes a turn among the calls of this instance: how long to wait for it, in milliseconds. */
  readonly turnMs: (scope: string, now: number) => number
  /** Hears what a call came to that began at `began`. */
  readonly hear: (scope: string, effect: Effect, began: number, now: number) => void
}

/** How slowly calls are made, to a target or to one of its scopes. Times are milliseconds since 1970. */
interface Slowness {
  readonly restsUntil: number
  /** How many 429 came in a row, without another answer in between. */
  readonly row: number
  readonly gapMs: number
  readonly nextTurn: number
  /** When the last 429 came. */
  readonly refusedAt: number
}

interface SlowScope extends Slowness {
  /** Its 429 slow down its own calls and no others. */
  readonly alone: boolean
  /** When the latest call of another scope began that was answered with anything but a 429. */
  readonly othersFrom: number
  /** Another scope had a 429 as well. */
  readonly othersToo: boolean
}

const never = Number.NEGATIVE_INFINITY
const free: Slowness = { restsUntil: never, row: 0, gapMs: 0, nextTurn: never, refusedAt: never }
const freeScope = { ...free, alone: false, othersFrom: never }

/**
 * A 429 first slows down all calls to the target: for as long as it asks, and a minute at the most, none is sent; where it does
 * not say, twice as long each time. From then on calls keep a gap, which doubles with every 429 and narrows with every other
 * answer until it is none (additive increase, multiplicative decrease, as in TCP).
 *
 * A scope that has one 429 after the other slows down the target once, as long as no other scope has one. Where calls of others are
 * answered in between, it is throttled alone: its 429 slow down its own calls and no others. That ends when it is forgotten, or
 * when a second such scope is answered between its 429 as well: then it is the target that answers some calls and refuses others.
 */
export function createThrottle(): Throttle {
  let target = free
  const scopes = new Map<string, SlowScope>()
  const change = (changed: (name: string, scope: SlowScope) => Partial<SlowScope>): void => {
    for (const [name, scope] of scopes) scopes.set(name, { ...scope, ...changed(name, scope) })
  }
  /** The map is in the order of the last 429. */
  const forget = (now: number): void => {
    for (const [name, { refusedAt }] of scopes) {
      if (scopes.size <= mostScopes && now - refusedAt < rememberedMs) return
      scopes.delete(name)
    }
  }

  const refused = (name: string, askedMs: number | undefined, began: number, now: number): void => {
    const before: SlowScope = scopes.get(name) ?? {
      ...freeScope,
      othersToo: [...scopes.values()].some(isRefused),
    }
    const again = began > before.refusedAt
    const inRow = again && before.row > 0
    const answeredOthers = again && before.othersFrom > before.refusedAt
    const alone = before.alone || (answeredOthers && (inRow || !before.othersToo))
    const several = alone && [...scopes.values()].filter(each => each.alone && each.row === 0).length > 1
    scopes.delete(name)
    scopes.set(name, { ...before, ...slower(before, askedMs, began, now), alone })
    if (several) change(() => ({ alone: false, othersToo: true }))
    else if (alone || (inRow && !before.othersToo)) return
    change(other => (other === name ? {} : { othersToo: true }))
    target = slower(target, askedMs, began, now)
  }
  const answered = (name: string, began: number): void => {
    target = faster(target)
    change((other, scope) =>
      other === name ? faster(scope) : { othersFrom: Math.max(scope.othersFrom, began) },
    )
  }

  return {
    restMs: (name, now) => Math.max(0, target.restsUntil - now, (scopes.get(name) ?? free).restsUntil - now),
    isAlone: name => scopes.get(name)?.alone === true,
    turnMs: (name, now) => {
      const own = scopes.get(name)
      const turn = Math.max(now, target.nextTurn, (own ?? free).nextTurn)
      // Each by itself: a scope that waits longer than the target does not push back the turns of the others.
      target = withTurn(target, now)
      if (own) scopes.set(name, withTurn(own, now))
      return turn - now
    },
    hear: (name, effect, began, now) => {
      forget(now)
      if (isThrottled(effect)) refused(name, askedOf(effect), began, now)
      else if (healthOf(effect) === 'well') answered(name, began)
    },
  }
}

const askedOf = (effect: Effect): number | undefined => ('delayMs' in effect ? effect.delayMs : undefined)

const isRefused = ({ alone, row }: SlowScope): boolean => !alone && row > 0

function slower(before: Slowness, askedMs: number | undefined, began: number, now: number): Slowness {
  // Calls that were under way together are refused together: they count once.
  const counts = began > before.refusedAt
  const row = before.row + (counts ? 1 : 0)
  const gapMs = counts ? Math.min(Math.max(firstGapMs, 2 * before.gapMs), widestGapMs) : before.gapMs
  const ownMs = firstRestMs * 2 ** Math.min(Math.max(row - 1, 0), 10)
  const restsUntil = Math.max(before.restsUntil, now + Math.min(askedMs ?? ownMs, longestRestMs))
  return { ...before, row, gapMs, restsUntil, refusedAt: counts ? now : before.refusedAt }
}

const faster = <S extends Slowness>(before: S): S => ({
  ...before,
  row: 0,
  gapMs: before.gapMs < firstGapMs / 4 ? 0 : before.gapMs * narrowing,
})

const withTurn = <S extends Slowness>(before: S, now: number): S =>
  before.gapMs === 0 ? before : { ...before, nextTurn: Math.max(before.nextTurn, now) + before.gapMs }
