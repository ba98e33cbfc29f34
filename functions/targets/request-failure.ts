import type { RequestFailure } from '../core/outcome/http-answer.ts'

const unsent = 'ROLE_SYNC_NEVER_SENT'

/** Marks an error of connecting (DNS, TCP, TLS handshake): no request was sent on that connection. */
export const neverSent = (cause: Error): Error =>
  Object.assign(new Error('no connection', { cause }), { code: unsent })

/**
 * The failure that an error of `fetch` stands for: `unreachable` only if it is marked as never sent, `timeout` if time ran
 * out, and else `reset`, the safe default. Error codes are not enough: a reset or a TLS alert can come in the handshake or
 * after the request.
 */
export function failureOf(error: unknown): { readonly failure: RequestFailure; readonly detail: string } {
  const chain = causesOf(error)
  const code = chain.find(cause => cause.code !== undefined && cause.code !== unsent)?.code
  if (chain.some(cause => cause.code === unsent))
    return { failure: 'unreachable', detail: code ?? 'no connection' }
  if (chain.some(timedOut)) return { failure: 'timeout', detail: 'no answer in time' }
  return { failure: 'reset', detail: code ?? 'the connection broke' }
}

interface Cause {
  readonly name?: string
  readonly code?: string
  readonly cause?: unknown
  readonly errors?: unknown
}

/** The error and its causes, outermost first. Includes the errors of addresses that were tried in parallel. */
function causesOf(error: unknown, depth = 0): Cause[] {
  if (typeof error !== 'object' || error === null || depth > 8) return []
  const { name, code, cause, errors } = error as Cause
  const own = { name, ...(typeof code === 'string' ? { code } : {}) } as Cause
  return [own, ...[cause, errors].flat().flatMap(inner => causesOf(inner, depth + 1))]
}

const timedOut = ({ name, code }: Cause): boolean =>
  name === 'TimeoutError' || name === 'AbortError' || /^UND_ERR_(HEADERS|BODY)_TIMEOUT$/.test(code ?? '')
