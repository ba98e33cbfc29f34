import type { Effect } from '../outcome/effect.ts'
import { isCertain, type PersonFinding, type Progress } from './person-progress.ts'

/** The result of the search for one person in all scopes. */
export type Sought =
  /**
   * A scope has several members with the address. For a list of several pages this is certain after a second reading: a
   * membership that is removed and added while the list is read appears in it twice.
   */
  | { readonly kind: 'ambiguous'; readonly certain: boolean; readonly detail: string }
  | {
      readonly kind: 'found'
      /** The members whose events are not sent yet, at most one for each scope. */
      readonly members: readonly string[]
      /** The members whose events are on the queue. */
      readonly enqueued: readonly string[]
      /** The scopes without the person, as text. Undefined if every scope has the person. */
      readonly missing: string | undefined
      /** Whether `missing` is final for all those scopes. */
      readonly certain: boolean
      /** The effect of a list that could not be read. Undefined if all were read. */
      readonly unread: Effect | undefined
    }

/** Sums up the findings on one person. `progress` already includes them. */
export function soughtIn(findings: readonly PersonFinding[], progress: Progress): Sought {
  const { enqueued, sending } = progress
  const several = findings.filter(each => membersIn(each).length > 1)
  const [first] = several
  if (first) {
    const members = membersIn(first)
    const lists = `${first.scope} lists ${members.length} members with this e-mail address: ${namesOf(members, 5)}`
    const done = doneWords(enqueued, sending) ?? 'no member was changed'
    const certain = several.some(each => isSeveral(each, progress))
    return { kind: 'ambiguous', certain, detail: `${done}; ${lists}` }
  }
  const missing = findings.flatMap(each => listedWithout(each) ?? [])
  return {
    kind: 'found',
    members: findings.flatMap(membersIn),
    enqueued,
    missing: missing.length > 0 ? missing.join(', ') : undefined,
    certain: findings.every(each => each.kind !== 'searched' || isCertainlyKnown(each, progress)),
    unread: findings.find(each => each.kind === 'unread')?.effect,
  }
}

/** What a message has done so far, as text. Undefined if nothing. `sending`: members whose events may be on the queue. */
export function doneWords(enqueued: readonly string[], sending: readonly string[]): string | undefined {
  const words = [
    ...(enqueued.length > 0 ? [`on the queue: the change of ${namesOf(enqueued, 3)}`] : []),
    ...(sending.length > 0 ? [`may be on the queue: the change of ${namesOf(sending, 3)}`] : []),
  ]
  return words.length > 0 ? words.join('; ') : undefined
}

/** A detail has at most 500 characters, a member's name up to 81. */
function namesOf(members: readonly string[], most: number): string {
  const more = members.length - most
  return `${members.slice(0, most).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

const isSeveral = (finding: PersonFinding, { several }: Progress): boolean =>
  finding.kind === 'searched' && (finding.pages <= 1 || (several[finding.scope] ?? 0) > 1)

/** Whether the presence or absence of the person in the list is certain. */
function isCertainlyKnown(
  { scope, members }: PersonFinding & { kind: 'searched' },
  { without }: Progress,
): boolean {
  const absence = without[scope]
  return members.length > 0 || (absence !== undefined && isCertain(absence))
}

/** A scope without the person, as text. Undefined if the scope has the person or was not read. */
function listedWithout(finding: PersonFinding): string | undefined {
  const isWithout = finding.kind === 'absent' || (finding.kind === 'searched' && finding.members.length === 0)
  return isWithout ? `${finding.scope} (${finding.listed} listed)` : undefined
}

/** The members whose events are not sent yet. */
function membersIn(finding: PersonFinding): readonly string[] {
  if (finding.kind === 'remembered' || finding.kind === 'sending') return [finding.member]
  return finding.kind === 'searched' ? finding.members : []
}
