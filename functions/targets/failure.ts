import type { Failure } from '../core/answer.ts'

/**
 * What an error of `fetch` says of the request: `unreachable` only where the error itself shows that nothing was sent
 * (DNS, connecting, the TLS handshake), `timeout` where time ran out, and `reset`, the careful answer, for all the rest.
 */
export function failureOf(error: unknown): { readonly failure: Failure; readonly detail: string } {
  const chain = causesOf(error)
  const codes = chain.map(cause => cause.code).filter(code => code !== undefined)
  const unsent = chain.find(neverSent)
  if (unsent) return { failure: 'unreachable', detail: unsent.code ?? 'no secure connection' }
  if (chain.some(timedOut)) return { failure: 'timeout', detail: 'no answer in time' }
  return { failure: 'reset', detail: codes[0] ?? 'the connection broke' }
}

interface Cause {
  readonly name?: string
  readonly code?: string
  readonly message?: string
  readonly syscall?: string
  readonly cause?: unknown
  readonly errors?: readonly unknown[]
}

/** The error and its causes, outermost first; those of several addresses tried side by side as well. */
function causesOf(error: unknown, depth = 0): Cause[] {
  if (typeof error !== 'object' || error === null || depth > 8) return []
  const { name, code, message, syscall, cause, errors } = error as Cause
  const own = { name, message, syscall, ...(typeof code === 'string' ? { code } : {}) } as Cause
  return [
    own,
    ...[cause, ...(Array.isArray(errors) ? errors : [])].flatMap(inner => causesOf(inner, depth + 1)),
  ]
}

const timedOut = ({ name, code }: Cause): boolean =>
  name === 'TimeoutError' || name === 'AbortError' || /^UND_ERR_(HEADERS|BODY)_TIMEOUT$/.test(code ?? '')

const neverSent = ({ code = '', syscall, message = '' }: Cause): boolean =>
  syscall === 'connect' ||
  unsentCodes.has(code) ||
  /^(CERT_|ERR_TLS_CERT|UNABLE_TO_(GET|VERIFY)|DEPTH_ZERO_SELF|SELF_SIGNED|ERR_SSL_WRONG_VERSION|ERR_SSL_.*_ALERT)/.test(
    code,
  ) ||
  message.includes('before secure TLS connection was established')

const unsentCodes = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'HOSTNAME_MISMATCH',
])
