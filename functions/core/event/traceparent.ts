import { asObject } from '../json.ts'

/** The trace of an event (W3C Trace Context): it follows a change from its source to its target. */
export interface Trace {
  /** 32 lower-case hexadecimal digits. */
  readonly traceId: string
  /** The flags that are passed on: sampled and random-trace-id. */
  readonly flags: number
}

/** Version, trace id, parent id and flags, then the rest that a version above 00 may have. No id is all zeros. */
const format = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})(-[^\n]*)?$/

/** The flags of W3C Trace Context level 2. All others must be sent as 0. */
const knownFlags = 0x03

/**
 * Parses the attribute `traceparent` of the CloudEvents distributed tracing extension. Undefined if the format is not exact
 * (https://www.w3.org/TR/trace-context-2/#traceparent-header).
 */
export function parseTraceparent(value: unknown): Trace | undefined {
  const match = typeof value === 'string' ? format.exec(value) : null
  if (match === null) return undefined
  const [version, traceId, flags, rest] = match.slice(1) as [string, string, string, string?]
  if (version === '00' && rest !== undefined) return undefined
  return { traceId, flags: Number.parseInt(flags, 16) & knownFlags }
}

/** The trace in a message's body, even if the event is invalid. Undefined if it has none. */
export function traceOf(body: string): Trace | undefined {
  if (!body.includes('"traceparent"')) return undefined // most have none: no need to parse
  try {
    return parseTraceparent(asObject(JSON.parse(body))?.traceparent)
  } catch {
    return undefined
  }
}

/** The `traceparent` header of a request, with the given parent span. */
export const traceparentOf = ({ traceId, flags }: Trace, spanId: string): string =>
  `00-${traceId}-${spanId}-${hex(flags, 2)}`

/** A new span id: 16 hexadecimal digits, not all zeros. `random` is in [0, 1). */
export function newSpanId(random: () => number): string {
  const half = () => hex(Math.floor(random() * 2 ** 32), 8)
  const id = half() + half()
  return /^0+$/.test(id) ? `${id.slice(1)}1` : id
}

const hex = (n: number, digits: number): string => n.toString(16).padStart(digits, '0')
