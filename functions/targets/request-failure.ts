import type { Failure } from '../core/outcome/http-answer.ts'

const unsent = 'ROLE_SYNC_NEVER_SENT'

/** Marks what went wrong while connecting: DNS, TCP, the TLS handshake. No request was on that connection yet. */
export const neverSent = (cause: Error): Error =>
  Object.assign(new Error('no connection', { cause }), { code: unsent })

/**
 * What an error of `fetch` says of the request: `unreachable` only where it was marked as never sent, `timeout` where
 * time ran out, and `reset`, the careful answer, for all the rest. Codes alone would not do: a reset or a TLS alert can
 * come in the handshake or after the request.
 */
export function failureOf(error: unknown): { readonly failure: Failure; readonly detail: string } {
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

/** The error and its causes, outermost first; those of several addresses tried side by side as well. */
function causesOf(error: unknown, depth = 0): Cause[] {
  if (typeof error !== 'object' || error === null || depth > 8) return []
  const { name, code, cause, errors } = error as Cause
  const own = { name, ...(typeof code === 'string' ? { code } : {}) } as Cause
  return [own, ...[cause, errors].flat().flatMap(inner => causesOf(inner, depth + 1))]
}

const timedOut = ({ name, code }: Cause): boolean =>
  name === 'TimeoutError' || name === 'AbortError' || /^UND_ERR_(HEADERS|BODY)_TIMEOUT$/.test(code ?? '')
