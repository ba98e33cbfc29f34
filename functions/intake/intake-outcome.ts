import type { DeliveryRecord } from '../core/intake-metrics.ts'
import type { IgnoredReason, Refusal } from './source-kind.ts'

/** The outcome of a request. */
export type Outcome =
  | { readonly kind: 'too_large' }
  | { readonly kind: 'unknown_source' }
  | { readonly kind: 'unauthorized'; readonly source: string }
  | { readonly kind: 'unavailable'; readonly source: string | null; readonly why: Unavailable }
  /** The delivery as a whole is invalid. The detail is `path: rule`. */
  | { readonly kind: 'malformed'; readonly source: string; readonly detail: string }
  /** The content type or the mode of the delivery is not taken. The detail is `path: rule`. */
  | { readonly kind: 'unsupported'; readonly source: string; readonly detail: string }
  | { readonly kind: 'challenged'; readonly source: string; readonly answer: unknown }
  | {
      readonly kind: 'delivered'
      readonly source: string
      readonly accepted: number
      readonly refused: readonly Refusal[]
      readonly ignored: readonly IgnoredReason[]
    }

/** Why the delivery could not be accepted now. The sender must send it again. */
export type Unavailable = 'secret' | 'queue' | 'table' | 'deadline' | 'crash'

/** An answer for API Gateway. */
export interface Reply {
  readonly statusCode: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** The answer to the sender. An unverified sender gets only the status. */
export function replyTo(outcome: Outcome): Reply {
  switch (outcome.kind) {
    case 'too_large':
      return json(413, { detail: '(body): must be at most 1 MiB' })
    case 'unknown_source':
      return { statusCode: 404 }
    case 'unauthorized':
      return { statusCode: 401 }
    case 'unavailable':
      return { statusCode: 503 }
    case 'malformed':
      return json(400, { detail: outcome.detail })
    case 'unsupported':
      return json(415, { detail: outcome.detail })
    case 'challenged':
      return json(200, outcome.answer)
    case 'delivered': {
      const { accepted, refused, ignored } = outcome
      const body = { accepted, refused, ignored: ignored.length }
      return json(accepted === 0 && refused.length > 0 ? 400 : 202, body)
    }
    default:
      return outcome satisfies never
  }
}

/** The log record of an outcome. */
export function recordOf(outcome: Outcome, durationMs: number): DeliveryRecord {
  const delivered = outcome.kind === 'delivered' ? outcome : undefined
  return {
    source: 'source' in outcome ? outcome.source : null,
    status: replyTo(outcome).statusCode,
    accepted: delivered?.accepted ?? 0,
    refused: counts(delivered?.refused.map(({ reason }) => reason) ?? []),
    ignored: counts(delivered?.ignored ?? []),
    ...(outcome.kind === 'unavailable' && { unavailable: outcome.why }),
    durationMs,
  }
}

const json = (statusCode: number, body: unknown): Reply => ({
  statusCode,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})

const counts = (reasons: readonly string[]): Record<string, number> =>
  Object.fromEntries([...Map.groupBy(reasons, reason => reason)].map(([reason, all]) => [reason, all.length]))
