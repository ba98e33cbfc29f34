import { asObject, parseJson } from '../../core/json.ts'
import type { NamedLetter } from './look-at-letters.ts'

/** Why a letter is dead: the reason, and the role or the detail. */
export interface LetterCause {
  readonly reason: string
  readonly detail: string
}

/** How many letters have a cause. */
export interface CauseCount extends LetterCause {
  readonly count: number
}

/** The maximum length of a cause's detail, in characters. */
const maxDetailLength = 120

/** The cause of a letter: for `unknown_role` the role that its event names, else its detail without ids. */
export function causeOf({ letter: { reason, body, trail } }: NamedLetter): LetterCause {
  const role = reason === 'unknown_role' ? roleIn(body) : undefined
  return { reason, detail: (role ?? withoutIds(trail?.detail ?? '')).slice(0, maxDetailLength) }
}

/** The role in a body that no schema has checked. */
function roleIn(body: string): string | undefined {
  const parsed = parseJson(body)
  const role = parsed.ok ? asObject(asObject(parsed.value)?.data)?.role : undefined
  return typeof role === 'string' ? role : undefined
}

/** UUIDs and long numbers differ from letter to letter and would hide that the cause is the same. */
const withoutIds = (detail: string): string =>
  detail.replaceAll(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b\d{6,}\b/gi, '…')

/** The causes with their counts, most frequent first. */
export function groupsOf(causes: readonly LetterCause[]): CauseCount[] {
  const groups = Map.groupBy(causes, ({ reason, detail }) => `${reason}: ${detail}`)
  return [...groups.values()]
    .flatMap(([first, ...others]) => (first ? [{ count: others.length + 1, ...first }] : []))
    .toSorted((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1))
}

/** A cause as text: `12 × unknown_role: chief-of-staff`. */
export const groupWords = ({ count, reason, detail }: CauseCount): string =>
  `${count} × ${reason}${detail === '' ? '' : `: ${detail}`}`
