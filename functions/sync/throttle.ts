import { type Effect, healthOf, isThrottled } from '../core/outcome/effect.ts'

/** The first pause after a 429 without a delay, and the longest pause, in milliseconds. */
const firstRestMs = 1000
const longestRestMs = 60_000

/** The gap between two calls after the first 429 and the widest gap, in milliseconds, and its factor after a good answer. */
const firstGapMs = 100
const widestGapMs = 500
const narrowing = 0.99

/** How long a scope is remembered after its last 429, in milliseconds, and how many scopes: their names come from events. */
const rememberedMs = 2 * 3_600_000
const mostScopes = 100

/** The rate of an instance's calls to a target; one for each target and instance. Times are milliseconds since 1970. */
export interface Throttle {
  /** How long the calls of a scope pause, in milliseconds; 0 if they do not. */
  readonly restMs: (scope: string, now: number) => number
  /** Whether only this scope is throttled. */
  readonly isAlone: (scope: string) => boolean
  /** Reserves the next call of this instance, and returns how long to wait for it, in milliseconds. */
  readonly turnMs: (scope: string, now: number) => number
  /** Notes the effect of a call that began at `began`. */
  readonly hear: (scope: string, effect: Effect, began: number, now: number) => void
}

/** The state of the rate of a target or a scope. Times are milliseconds since 1970. */
interface Slowness {
  readonly restsUntil: number
  /** The number of 429 in a row. */
  readonly row: number
  readonly gapMs: number
  readonly nextTurn: number
  /** The time of the last 429. */
  readonly refusedAt: number
}

interface SlowScope extends Slowness {
  /** Its 429 slow down only its own calls. */
  readonly alone: boolean
  /** The start of the latest call of another scope that did not get a 429. */
  readonly othersFrom: number
  /** Another scope also got a 429. */
  readonly othersToo: boolean
}

const never = Number.NEGATIVE_INFINITY
const free: Slowness = { restsUntil: never, row: 0, gapMs: 0, nextTurn: never, refusedAt: never }
const freeScope = { ...free, alone: false, othersFrom: never }

/**
 * A 429 pauses all calls to the target for the delay that it asks for, at most a minute. Without a delay the pause doubles each
 * time. After that, calls keep a gap: it doubles with every 429 and shrinks with every other answer, to zero in the end.
 *
 * A scope with several 429 in a row slows down the target only once, as long as no other scope gets one. If calls of other
 * scopes are answered in between, the scope is throttled alone: its 429 slow down only its own calls. This ends when the scope is
 * forgotten, or when a second scope is throttled alone and then gets an answer: then the target as a whole throttles.
 */
export function createThrottle(): Throttle {
  let target = free
  const scopes = new Map<string, SlowScope>()
  const change = (changed: (name: string, scope: SlowScope) => Partial<SlowScope>): void => {
    for (const [name, scope] of scopes) scopes.set(name, { ...scope, ...changed(name, scope) })
  }
  /** Relies on the order of the map: by the last 429. */
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
      // Separate turns: a scope that waits longer than the target does not delay the other scopes.
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
  // Several 429 to calls that ran at the same time count once.
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
