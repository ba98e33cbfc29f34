import { canonicalJson } from '../json.ts'

/** The state a change asks for, as its target writes it: `{roleId}` or `{groupIds, owner}`. Flat, and JSON. */
export type Desired = Readonly<Record<string, string | boolean | readonly string[]>>

/** Whether two desired states are one; the order of keys does not count (DynamoDB does not keep it). */
export const sameDesired = (a: Desired, b: Desired): boolean => canonicalJson(a) === canonicalJson(b)
