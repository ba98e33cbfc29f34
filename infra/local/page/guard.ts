import type { IncomingMessage } from 'node:http'

/** The names by which a browser on this machine reaches loopback. */
const loopbackHosts = new Set(['127.0.0.1', 'localhost', '[::1]'])

/**
 * Nothing is loaded from elsewhere, nothing runs that is not a file of the page, no text becomes markup, and no other
 * page frames it or reads it.
 */
export const headers: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; '),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
}

/** Why a request is refused, as a status; undefined where it is not. */
export function refusal({
  method,
  headers,
}: Pick<IncomingMessage, 'method' | 'headers'>): number | undefined {
  // A name of elsewhere that resolves to loopback (DNS rebinding) would make this page that site's own.
  if (!isLoopback(headers.host)) return 421
  if (method !== 'GET') return 405
  return undefined
}

/** Whether a Host header names loopback, with or without a port. */
export const isLoopback = (host = ''): boolean =>
  loopbackHosts.has(host.toLowerCase().replace(/:\d{1,5}$/, ''))
