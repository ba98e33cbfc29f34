import * as v from 'valibot'
import { roleName } from './ids.ts'
import { type Instant, instantOf, maxTimestampLength, parseInstant } from './instant.ts'

/** An RFC 3339 timestamp with an offset. */
export const timestamp = v.pipe(
  v.string('must be an RFC 3339 timestamp string'),
  v.maxLength(maxTimestampLength, `must be at most ${maxTimestampLength} characters`),
  v.check(text => parseInstant(text) !== undefined, 'must be an RFC 3339 timestamp with an offset'),
  v.metadata({ format: 'date-time' }),
)

/** The fields of `data` that say from when the role counts, until when, and which role takes its place then. */
export const dateFields = {
  from: v.optional(timestamp),
  until: v.optional(timestamp),
  // biome-ignore lint/suspicious/noThenProperty: the name is part of the event contract.
  then: v.optional(roleName),
}

/** `data` with dates, as an event has them. */
export interface DatedData {
  readonly from?: string | undefined
  readonly until?: string | undefined
  readonly then?: string | undefined
}

/** The rule that `until` and `then` come together. In the JSON Schema it is `dependentRequired`. */
export const untilWithThen = <T extends DatedData>() =>
  [
    v.check<T, string>(
      ({ until, then }) => (until === undefined) === (then === undefined),
      'must hold until and then together, or neither',
    ),
    v.metadata<T, { readonly dependentRequired: object }>({
      // biome-ignore lint/suspicious/noThenProperty: the name is part of the event contract.
      dependentRequired: { until: ['then'], then: ['until'] },
    }),
  ] as const

/** How far ahead a date may be. */
const mostYears = 5

/** The dates of an event, read. */
export interface Dates {
  /** When it takes effect, if it says so. */
  readonly from?: Instant
  /** When it ends, and which role takes its place then. */
  readonly ends?: { readonly at: Instant; readonly role: string }
}

/** Reads the dates of an event that was decided at `time`; a text names the path and the rule that they break. `now` is in milliseconds. */
export function datesOf(data: DatedData, time: Instant, now: number): Dates | string {
  const [from, until] = [data.from, data.until].map(text =>
    text === undefined ? undefined : parseInstant(text),
  )
  const far = farthest(now)
  const tooFar = Object.entries({ from, until }).find(([, at]) => at !== undefined && at > far)
  if (tooFar) return `data.${tooFar[0]}: must be at most ${mostYears} years ahead of now`
  if (until !== undefined && until <= (from ?? time))
    return `data.until: must be after ${from === undefined ? 'time' : 'data.from'}`
  return {
    ...(from !== undefined && { from }),
    ...(until !== undefined && { ends: { at: until, role: data.then as string } }),
  }
}

function farthest(now: number): Instant {
  const date = new Date(now)
  date.setUTCFullYear(date.getUTCFullYear() + mostYears)
  return instantOf(date.getTime())
}

/** The milliseconds of an instant. */
export const msOf = (instant: Instant): number => Date.parse(`${instant}Z`)

/** The CloudEvents extension attribute that marks the message for the end of an event: `end`. */
export const halfName = 'half'

const endMark = `,"${halfName}":"end"}`

/** The body of the message for the end of an event, from the event's own body, a JSON object. Of two equal keys the last one counts (ECMA-262, JSON.parse). */
export const endBody = (body: string): string => body.replace(/\}\s*$/, endMark)

/** The bytes of an event's own body, without what `endBody` adds. */
export const bytesOfEvent = (body: string): number =>
  Buffer.byteLength(body) - (body.endsWith(endMark) ? endMark.length - 1 : 0)
