import type { Reason } from '../dead-letter/reason.ts'

/** What one attempt did to the member (functions/README.md#what-an-answer-means). */
export type Effect = Proven | Refused | Deferred | Unknown

/** The target's own answer showed the wanted state. */
export interface Proven {
  readonly kind: 'proven'
  readonly status: number
}

/** The target will not do it, now or later; nothing was changed. */
export interface Refused {
  readonly kind: 'refused'
  readonly reason: Extract<Reason, 'rejected' | 'forbidden' | 'not_found' | 'no_effect' | 'redirected'>
  readonly status: number
  readonly detail: string
}

/** Nothing was changed, and a later attempt may succeed. */
export interface Deferred {
  readonly kind: 'deferred'
  readonly cause: DeferredCause
  readonly status?: number
  readonly detail: string
  /** What the target asked for, in milliseconds. */
  readonly delayMs?: number
}

/** It may have been applied; `answered: false` means that it may also land later. */
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

export type UnknownCause =
  | 'server_error'
  | 'unreadable'
  | 'timeout'
  | 'reset'
  | 'partly_written'
  | 'read_back_failed'

/** Why it was not proven: what refused it, or what kept it from being known. */
export const causeOf = (effect: Exclude<Effect, Proven>): Refused['reason'] | DeferredCause | UnknownCause =>
  effect.kind === 'refused' ? effect.reason : effect.cause

/** Whether the target says that it does not know the member, or the scope of a list. */
export const isNotFound = (effect: Effect): effect is Refused =>
  effect.kind === 'refused' && effect.reason === 'not_found'

/**
 * A member that is not found may be a joiner whom the target does not know yet: while its message is younger than
 * the grace, it is tried again.
 */
export function withinGrace(effect: Effect): Effect {
  if (!isNotFound(effect)) return effect
  return { kind: 'deferred', cause: 'not_found', status: effect.status, detail: effect.detail }
}

/**
 * The effect of an attempt one of whose writes was taken before this one: "nothing was changed" is no longer true
 * of it, so what would have been refused or deferred is unknown, and answered.
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

/** Whether the target had too many calls, also where a write was taken and the read-back was refused. */
export const isThrottled = (effect: Effect): boolean =>
  (effect.kind === 'deferred' || effect.kind === 'unknown') &&
  (effect.cause === 'throttled' || effect.status === 429)

/** What an attempt says of the target's health; `unsaid`: nothing, as for a call that was not made, or was one too many. */
export type Health = 'well' | 'ill' | 'unsaid'

/**
 * What the effect says of the target as a whole rather than of this member: what opens and closes the breaker. A joiner's 404
 * is an answer like others, and our own lack of time says nothing.
 */
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
  credentials_rejected: 'ill',
  no_credentials: 'ill',
  read_failed: 'ill',
  unreachable: 'ill',
}
