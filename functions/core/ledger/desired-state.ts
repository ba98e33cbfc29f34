import { canonicalJson } from '../json.ts'

/** The state a change asks for, as its target writes it: `{roleId}` or `{groupIds, owner}`. Flat, and JSON. */
export type Desired = Readonly<Record<string, string | boolean | readonly string[]>>

/** Whether two desired states are one; the order of keys does not count (DynamoDB does not keep it). */
export const sameDesired = (a: Desired, b: Desired): boolean => canonicalJson(a) === canonicalJson(b)

/** The changes of a write, one text for each field: `owner: true → false`, `groupIds: + b, − a`. A list counts as a set. */
export function changesOf(state: Desired, body: Desired): string[] {
  return Object.entries(body).flatMap(([field, wanted]) => {
    const shown = state[field]
    if (!Array.isArray(wanted) || !Array.isArray(shown))
      return shown === wanted ? [] : [`${field}: ${shown ?? '(none)'} → ${wanted}`]
    const added = wanted.filter(item => !shown.includes(item)).map(item => `+ ${item}`)
    const gone = [...new Set(shown)].filter(item => !wanted.includes(item)).map(item => `− ${item}`)
    return added.length + gone.length === 0 ? [] : [`${field}: ${[...added, ...gone].join(', ')}`]
  })
}
