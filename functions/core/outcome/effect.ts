import type { Reason } from '../dead-letter/reason.ts'

/** What one attempt did to the member (functions/README.md#what-an-answer-means). */
export type Effect = Proven | Refused | Deferred | Unknown

/** The target's answer shows the wanted state. */
export interface Proven {
  readonly kind: 'proven'
  readonly status: number
}

/** The target refuses for good. Nothing was changed, except perhaps with `no_effect`. */
export interface Refused {
  readonly kind: 'refused'
  readonly reason: Extract<Reason, 'rejected' | 'forbidden' | 'not_found' | 'no_effect' | 'redirected'>
  readonly status: number
  readonly detail: string
}

/** Nothing was changed. A later attempt may succeed. */
export interface Deferred {
  readonly kind: 'deferred'
  readonly cause: DeferredCause
  readonly status?: number
  readonly detail: string
  /** The delay that the target asked for, in milliseconds. */
  readonly delayMs?: number
}

/** The write may have been applied. `answered: false`: it may also still land. */
export interface Unknown {
  readonly kind: 'unknown'
  readonly cause: UnknownCause
  readonly answered: boolean
  readonly status?: number
  readonly detail: string
  readonly delayMs?: number
}

export type DeferredCause =
  | 'not_found'
  | 'credentials_rejected'
  | 'no_credentials'
  | 'throttled'
  | 'not_now'
  | 'read_failed'
  | 'unreachable'
  | 'no_time'
  | 'breaker_open'
  | 'resting'
  | 'owners_unread'
  | 'owners_busy'
  | 'due_unavailable'

export type UnknownCause =
  | 'server_error'
  | 'unreadable'
  | 'timeout'
  | 'reset'
  | 'partly_written'
  | 'read_back_failed'

/** Why an effect is not `proven`. */
export const causeOf = (effect: Exclude<Effect, Proven>): Refused['reason'] | DeferredCause | UnknownCause =>
  effect.kind === 'refused' ? effect.reason : effect.cause

/** Whether the target does not know the member, or the scope of a list. */
export const isNotFound = (effect: Effect): effect is Refused =>
  effect.kind === 'refused' && effect.reason === 'not_found'

/** Turns `not_found` into `deferred`: within the grace the member may be a joiner whom the target does not know yet. */
export function withinGrace(effect: Effect): Effect {
  if (!isNotFound(effect)) return effect
  return { kind: 'deferred', cause: 'not_found', status: effect.status, detail: effect.detail }
}

/**
 * The effect of an attempt that already had an accepted write. "Nothing was changed" is no longer true, so `refused` and
 * `deferred` become `unknown`, answered.
 */
export function afterWrite(effect: Effect, cause: 'partly_written' | 'read_back_failed'): Effect {
  switch (effect.kind) {
    case 'proven':
      return effect
    case 'unknown':
      return cause === 'read_back_failed' ? { ...effect, cause, answered: true } : effect
    case 'refused': {
      const { status, detail } = effect
      return { kind: 'unknown', cause, answered: true, status, detail }
    }
    case 'deferred':
      return { ...effect, kind: 'unknown', cause, answered: true }
  }
}

/** Whether the target throttled the attempt, its read-back included. */
export const isThrottled = (effect: Effect): boolean =>
  (effect.kind === 'deferred' || effect.kind === 'unknown') &&
  (effect.cause === 'throttled' || effect.status === 429)

/** What an effect shows about the target's health. `unsaid`: nothing, because no call was made or it was throttled. */
export type Health = 'well' | 'ill' | 'unsaid'

/** The health of the target as an effect shows it. It opens and closes the breaker. A joiner's 404 counts as healthy. */
export function healthOf(effect: Effect): Health {
  if (isThrottled(effect)) return 'unsaid'
  switch (effect.kind) {
    case 'proven':
    case 'refused':
      return 'well'
    case 'unknown':
      return 'ill'
    case 'deferred':
      return healthOfCause[effect.cause]
  }
}

const healthOfCause: Readonly<Record<DeferredCause, Health>> = {
  not_found: 'well',
  not_now: 'well',
  throttled: 'unsaid',
  no_time: 'unsaid',
  breaker_open: 'unsaid',
  resting: 'unsaid',
  owners_unread: 'unsaid',
  owners_busy: 'unsaid',
  due_unavailable: 'unsaid',
  credentials_rejected: 'ill',
  no_credentials: 'ill',
  read_failed: 'ill',
  unreachable: 'ill',
}
