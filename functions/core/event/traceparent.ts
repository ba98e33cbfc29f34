import { asObject } from '../json.ts'

/** The trace that an event belongs to (W3C Trace Context), so that a change can be followed from its source to its target. */
export interface Trace {
  /** 32 lower-case hexadecimal digits. */
  readonly traceId: string
  /** The flags that go on as they came: sampled, and that the id is random. */
  readonly flags: number
}

/** Version, trace id, parent id and flags, no id all zeros, and what a later version than 00 may have after them. */
const format = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})(-[^\n]*)?$/

/** The flags that W3C Trace Context level 2 defines; all others must be sent as 0. */
const knownFlags = 0x03

/**
 * Reads the attribute `traceparent` of the CloudEvents distributed tracing extension; undefined for whatever is not in
 * the format to the letter (https://www.w3.org/TR/trace-context-2/#traceparent-header).
 */
export function parseTraceparent(value: unknown): Trace | undefined {
  const match = typeof value === 'string' ? format.exec(value) : null
  if (match === null) return undefined
  const [version, traceId, flags, rest] = match.slice(1) as [string, string, string, string?]
  if (version === '00' && rest !== undefined) return undefined
  return { traceId, flags: Number.parseInt(flags, 16) & knownFlags }
}

/** The trace of the event in a message's body, whether or not the event is valid otherwise; undefined when it has none. */
export function traceOf(body: string): Trace | undefined {
  if (!body.includes('"traceparent"')) return undefined // most have none, and need not be parsed for it
  try {
    return parseTraceparent(asObject(JSON.parse(body))?.traceparent)
  } catch {
    return undefined
  }
}

/** The header for a request that is made within a trace, by the span of this id. */
export const traceparentOf = ({ traceId, flags }: Trace, spanId: string): string =>
  `00-${traceId}-${spanId}-${hex(flags, 2)}`

/** A fresh span id: 16 hexadecimal digits, not all zeros. `random` is in [0, 1). */
export function newSpanId(random: () => number): string {
  const half = () => hex(Math.floor(random() * 2 ** 32), 8)
  const id = half() + half()
  return /^0+$/.test(id) ? `${id.slice(1)}1` : id
}

const hex = (n: number, digits: number): string => n.toString(16).padStart(digits, '0')
