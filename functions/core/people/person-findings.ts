import type { Effect } from '../outcome/effect.ts'
import { type Finding, isCertain, type Progress } from './person-progress.ts'

/** What came of looking for one person in all scopes. */
export type Sought =
  /**
   * Some scope has several members with the address: nobody knows which one is meant. It is certain once a second reading of a
   * list of several pages says so too: a membership that was made anew meanwhile stands in the first one twice.
   */
  | { readonly kind: 'ambiguous'; readonly certain: boolean; readonly detail: string }
  | {
      readonly kind: 'found'
      /** At most one of each scope: those whose events are still to be sent. */
      readonly members: readonly string[]
      /** Those whose events are on the queue. */
      readonly told: readonly string[]
      /** Where the person is not, in words; undefined when it is everywhere. */
      readonly missing: string | undefined
      /** In each of those scopes for certain. */
      readonly certain: boolean
      /** Why a scope could not be read; undefined when all were. */
      readonly unread: Effect | undefined
    }

/** Sums up the findings on one person; `progress` is that after them. */
export function soughtIn(findings: readonly Finding[], progress: Progress): Sought {
  const { told, sending } = progress
  const several = findings.filter(each => membersIn(each).length > 1)
  const [first] = several
  if (first) {
    const members = membersIn(first)
    const lists = `${first.scope} lists ${members.length} members with this e-mail address: ${namesOf(members, 5)}`
    const done = doneWords(told, sending) ?? 'nobody was changed'
    const certain = several.some(each => isSeveral(each, progress))
    return { kind: 'ambiguous', certain, detail: `${done}; ${lists}` }
  }
  const missing = findings.flatMap(each => listedWithout(each) ?? [])
  return {
    kind: 'found',
    members: findings.flatMap(membersIn),
    told,
    missing: missing.length > 0 ? missing.join(', ') : undefined,
    certain: findings.every(each => each.kind !== 'searched' || isSettled(each, progress)),
    unread: findings.find(each => each.kind === 'unread')?.effect,
  }
}

/** What a message has done already, in words; undefined when that is nothing. `sending`: those whose events may be on the queue. */
export function doneWords(told: readonly string[], sending: readonly string[]): string | undefined {
  const words = [
    ...(told.length > 0 ? [`on the queue: the change of ${namesOf(told, 3)}`] : []),
    ...(sending.length > 0 ? [`perhaps on the queue: the change of ${namesOf(sending, 3)}`] : []),
  ]
  return words.length > 0 ? words.join('; ') : undefined
}

/** An explanation has 500 characters at the most, and a name up to 81. */
function namesOf(members: readonly string[], most: number): string {
  const more = members.length - most
  return `${members.slice(0, most).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

const isSeveral = (finding: Finding, { several }: Progress): boolean =>
  finding.kind === 'searched' && (finding.pages <= 1 || (several[finding.scope] ?? 0) > 1)

/** Whether it is known for certain whether the person is in a list that was read. */
function isSettled({ scope, members }: Finding & { kind: 'searched' }, { without }: Progress): boolean {
  const absence = without[scope]
  return members.length > 0 || (absence !== undefined && isCertain(absence))
}

/** A scope without the person, in words. */
function listedWithout(finding: Finding): string | undefined {
  const isWithout = finding.kind === 'absent' || (finding.kind === 'searched' && finding.members.length === 0)
  return isWithout ? `${finding.scope} (${finding.listed} listed)` : undefined
}

/** Those whose events are still to be sent. */
function membersIn(finding: Finding): readonly string[] {
  if (finding.kind === 'remembered' || finding.kind === 'sending') return [finding.member]
  return finding.kind === 'searched' ? finding.members : []
}
