import type { Reason } from './reason.ts'

/** What one attempt did to the member (DESIGN 6). */
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

/**
 * A member that is not found may be a joiner whom the target does not know yet: while its message is younger than
 * the grace, it is tried again.
 */
export function withinGrace(effect: Effect): Effect {
  if (effect.kind !== 'refused' || effect.reason !== 'not_found') return effect
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

/**
 * Whether the effect speaks of the target as a whole rather than of this member: what opens the breaker. A joiner's
 * 404, or our own lack of time, says nothing about the target's health.
 */
export function isOutage(effect: Effect): boolean {
  if (effect.kind === 'unknown') return true
  return effect.kind === 'deferred' && !harmless.has(effect.cause)
}

const harmless: ReadonlySet<DeferredCause> = new Set([
  'not_found',
  'not_now',
  'no_time',
  'breaker_open',
  'resting',
])
