import { afterWrite, type Deferred, type Effect, type Proven, type Refused, type Unknown } from './effect.ts'
import {
  type Answer,
  type Answered,
  idOf,
  isSuccess,
  messageOf,
  type RequestFailure,
  shapeOf,
} from './http-answer.ts'

/** The phase of a request in an attempt: the read before the write, the write, or the read-back. */
export type Phase = 'before' | 'write' | 'after'

/** A 2xx to the write without a body, or with one that cannot be read. */
export interface AcceptedBlind {
  readonly ok: false
  readonly body: 'empty' | 'unreadable'
  /** The effect if the target has no read-back; else `settle` decides. */
  readonly effect: Unknown
}

/** A 2xx to the write: with JSON, which the target's code compares, or without. */
export type Accepted = { readonly ok: true; readonly status: number; readonly json: unknown } | AcceptedBlind

/** The meaning of an answer: accepted, or the effect of the attempt. */
export type Judgement = Accepted | { readonly ok: false; readonly effect: Effect; readonly body?: undefined }

/** Whether the write was accepted. Its content or the read-back then decides the effect. */
export const isAccepted = (written: Judgement): written is Accepted =>
  written.ok || written.body !== undefined

/** The table of functions/README.md#what-an-answer-means. Pure, and total over phases and answers. */
export function judge(phase: Phase, answer: Answer): Judgement {
  if (answer.kind === 'failed') {
    return { ok: false, effect: inPhase(phase, judgeFailure(answer.failure, answer.detail)) }
  }
  const { status, json, unreadable } = answer
  if (!isSuccess(status)) return { ok: false, effect: inPhase(phase, judgeStatus(answer)) }
  if (json !== undefined) return { ok: true, status, json }
  const effect: Unknown = {
    ...{ kind: 'unknown', cause: 'unreadable', answered: true, status, detail: shapeOf(answer) },
    ...delayOf(answer),
  }
  if (phase !== 'write') return { ok: false, effect: inPhase(phase, effect) }
  return { ok: false, effect, body: unreadable ? 'unreadable' : 'empty' }
}

/**
 * The answer to a write, which is about one member. If its `id` is that of another one, a proxy mixed up two answers: it says nothing
 * about this member, and counts as unreadable. An answer without an `id` is judged by its content alone.
 */
export function aboutMember(written: Judgement, memberId: string): Judgement {
  if (!written.ok) return written
  const id = idOf(written.json)
  if (id === undefined || id.toLowerCase() === memberId.toLowerCase()) return written
  const { status } = written
  // Without that id: it could be the token.
  const detail = 'the answer is about another member'
  return {
    ...{ ok: false, body: 'unreadable' },
    effect: { kind: 'unknown', cause: 'unreadable', answered: true, status, detail },
  }
}

/** The result of a read-back: the wanted state, another state, or a failure in the phase `after`. */
export type ReadBack =
  | { readonly kind: 'wanted'; readonly status: number }
  | { readonly kind: 'other'; readonly status: number; readonly detail: string }
  | { readonly kind: 'failed'; readonly effect: Effect }

/**
 * The effect of an attempt after its read-back; all its writes got a 2xx. The wanted state is the proof. Another state is
 * `no_effect` only if every answer could be read: an unreadable body may come from a proxy, and the target may not have seen
 * the write.
 */
export function settle(written: readonly Accepted[], found: ReadBack): Effect {
  if (found.kind === 'wanted') return { kind: 'proven', status: found.status }
  const doubt = written.find((each): each is AcceptedBlind => !each.ok && each.body === 'unreadable')?.effect
  if (found.kind === 'other') {
    const { status, detail } = found
    if (doubt) return { ...doubt, detail: `${doubt.detail}; ${detail}` }
    return { kind: 'refused', reason: 'no_effect', status, detail }
  }
  const { effect } = found
  if (!doubt || effect.kind === 'proven') return effect
  return { ...effect, ...doubt, detail: `${doubt.detail}; the read-back failed: ${effect.detail}` }
}

/** Any effect but `proven`, first judged as if the request were the write. */
type Fault = Exclude<Effect, Proven>

function inPhase(phase: Phase, write: Fault): Effect {
  switch (phase) {
    case 'write':
      return write
    case 'before':
      return beforeWrite(write)
    case 'after':
      return afterWrite(write, 'read_back_failed')
  }
}

function judgeStatus(answer: Answered): Fault {
  const { status } = answer
  const detail = messageOf(answer.json) || shapeOf(answer)
  const delay = delayOf(answer)
  const refused = (reason: Refused['reason']): Refused => ({ kind: 'refused', reason, status, detail })
  const deferred = (cause: Deferred['cause']): Deferred => ({
    kind: 'deferred',
    cause,
    status,
    detail,
    ...delay,
  })
  const unknown = (cause: Unknown['cause'], answered: boolean): Unknown => ({
    ...{ kind: 'unknown', cause, answered, status, detail },
    ...delay,
  })

  switch (status) {
    case 401:
      return deferred('credentials_rejected')
    case 403:
      return refused('forbidden')
    case 404:
      return refused('not_found')
    case 429:
      return deferred('throttled')
    case 408:
    case 409:
    case 425:
      return deferred('not_now')
    case 502:
    case 504:
      return unknown('server_error', false)
  }
  if (status >= 500) return unknown('server_error', true)
  return refused(status >= 400 ? 'rejected' : 'redirected')
}

function judgeFailure(failure: RequestFailure, detail: string): Fault {
  switch (failure) {
    case 'unreachable':
    case 'no_time':
    case 'no_credentials':
      return { kind: 'deferred', cause: failure, detail }
    case 'timeout':
    case 'reset':
      return { kind: 'unknown', cause: failure, answered: false, detail }
  }
}

/** Before the write nothing was sent: every failure is deferred, except a 404, which still means not found. */
function beforeWrite(fault: Fault): Fault {
  switch (fault.kind) {
    case 'deferred':
      return fault
    case 'refused': {
      const { status, detail } = fault
      return fault.reason === 'not_found' ? fault : { kind: 'deferred', cause: 'read_failed', status, detail }
    }
    case 'unknown': {
      const { answered: _, ...rest } = fault
      return { ...rest, kind: 'deferred', cause: 'read_failed' }
    }
  }
}

const delayOf = ({ retryAfterMs }: Answered) => (retryAfterMs === undefined ? {} : { delayMs: retryAfterMs })
