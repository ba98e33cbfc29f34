import type { Answer, Failure } from './answer.ts'
import { messageOf } from './answer.ts'
import type { Deferred, Effect, Proven, Refused, Unknown } from './effect.ts'
import { afterWrite } from './effect.ts'

/** Where in an attempt a request stands: a read before anything was sent, the write itself, the read-back. */
export type Phase = 'before' | 'write' | 'after'

/** Either a readable 2xx, whose content the target itself must compare, or the effect of the attempt. */
export type Judgement =
  | { readonly ok: true; readonly status: number; readonly json: unknown }
  | { readonly ok: false; readonly effect: Effect }

/** The table of DESIGN 6: total over phases and answers, and pure. */
export function judge(phase: Phase, answer: Answer): Judgement {
  if (answer.kind === 'failed') {
    return { ok: false, effect: inPhase(phase, judgeFailure(answer.failure, answer.detail)) }
  }
  const { status, json } = answer
  if (isSuccess(status) && json !== undefined) return { ok: true, status, json }
  return { ok: false, effect: inPhase(phase, judgeStatus(answer)) }
}

/** What went wrong with the write, were the request the write. */
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

type Answered = Extract<Answer, { kind: 'answered' }>

function judgeStatus(answer: Answered): Fault {
  const { status } = answer
  const detail = messageOf(answer.json) || `answered ${status}`
  const delay = answer.retryAfterMs === undefined ? {} : { delayMs: answer.retryAfterMs }
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

  if (isSuccess(status)) return unknown('unreadable', true)
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

function judgeFailure(failure: Failure, detail: string): Fault {
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

/** Before the write nothing was sent: whatever failed is deferred, except that a 404 still means not found. */
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

const isSuccess = (status: number): boolean => status >= 200 && status <= 299
