import { compareText } from '../event/version.ts'

/** The state a change asks for, as its target writes it: `{roleId}` or `{groupIds, owner}`. Flat, and JSON. */
export type Desired = Readonly<Record<string, string | boolean | readonly string[]>>

/** Whether two desired states are one; the order of keys does not count (DynamoDB does not keep it). */
export const sameDesired = (a: Desired, b: Desired): boolean => canonical(a) === canonical(b)

const canonical = (desired: Desired): string =>
  JSON.stringify(Object.entries(desired).sort(([a], [b]) => compareText(a, b)))
