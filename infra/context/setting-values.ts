import * as v from 'valibot'
import { isBaseUrl } from '../../functions/core/base-url.ts'

/** A number of seconds, or its decimal digits: values of the command line are strings (`-c retryFromSeconds=5`). */
export const seconds = (max: number) =>
  number(n => n >= 0.001 && n <= max, `must be a number of seconds from 0.001 to ${max}`)

/** A whole number from `min` to `max`, or its decimal digits. */
export const wholeNumber = (min: number, max: number) =>
  number(n => Number.isInteger(n) && n >= min && n <= max, `must be a whole number from ${min} to ${max}`)

/** One of these numbers, or its decimal digits. */
export const oneOf = (numbers: readonly number[]) =>
  number(n => numbers.includes(n), `must be one of ${numbers.join(', ')}`)

/** A base URL, to which paths are appended. The stage decides whether it may be plain http. */
export const baseUrl = v.pipe(
  v.string('must be a URL'),
  v.check(isBaseUrl, 'must be an http(s) URL without user, query or fragment'),
)

function number(holds: (n: number) => boolean, rule: string) {
  return v.pipe(v.custom<number | string>(isDecimal, rule), v.transform(Number), v.check(holds, rule))
}

const isDecimal = (value: unknown) =>
  typeof value === 'number' || (typeof value === 'string' && /^\d+(?:\.\d+)?$/.test(value))
