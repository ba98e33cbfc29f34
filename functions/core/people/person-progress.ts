import type { Scope } from '../event/role-catalogue.ts'
import type { Effect } from '../outcome/effect.ts'
import type { Final } from '../outcome/verdict.ts'
import { scopeName, scopeOf } from './person-event.ts'

/** The result of the search for one person in one scope. `scope` is its name: `wacht/<organizationId>`. */
export type PersonFinding = { readonly scope: string } & FoundPerson

type FoundPerson =
  /** An earlier attempt put the member's event on the queue. */
  | { readonly kind: 'enqueued'; readonly member: string }
  /** The event may be on the queue: an earlier attempt was about to send it. */
  | { readonly kind: 'sending'; readonly member: string }
  /** Earlier attempts showed that the person is not on the list. */
  | { readonly kind: 'absent'; readonly listed: number }
  | { readonly kind: 'remembered'; readonly member: string }
  /** The list was read to its end. `at`: when the reading began. `members`: those with the person's address. */
  | {
      readonly kind: 'searched'
      readonly at: number
      readonly pages: number
      readonly listed: number
      readonly members: readonly string[]
    }
  /** The list was not read to its end. */
  | { readonly kind: 'unread'; readonly effect: Effect }

/** The progress of one message's search: the next attempt does not repeat it. */
export interface Progress {
  /** The members whose events are on the queue. */
  readonly enqueued: readonly string[]
  /** The members whose events an attempt was about to send. They may be on the queue and are sent again. */
  readonly sending: readonly string[]
  /** The scopes whose lists do not show the person, by name. */
  readonly without: Readonly<Record<string, Absence>>
  /** By scope name: in how many readings the list showed several members with the address. */
  readonly several: Readonly<Record<string, number>>
}

/** The complete readings of one scope's list that did not show the person. Times are milliseconds since 1970. */
export interface Absence {
  /** When the first one began: the grace for joiners counts from it. */
  readonly since: number
  /** When the latest one began, and its pages and members. */
  readonly at: number
  readonly pages: number
  readonly listed: number
  /** How many of them began after the grace. */
  readonly late: number
}

/** The stored record of a message that names a person. Another delivery may change it: `rev` is its revision. */
export interface PersonRecord {
  /** The stored revision; 0 if nothing is stored. */
  readonly rev: number
  readonly progress: Progress
  /** How the message ended. It never changes. */
  readonly end?: Final
}

/** The progress of a new message. */
export const none: Progress = { enqueued: [], sending: [], without: {}, several: {} }

/** Whether an absence is certain. A list of several pages can shift while it is read: it needs two readings after the grace. */
export const isCertain = ({ late, pages }: Absence): boolean => late > (pages > 1 ? 1 : 0)

/** The start of an attempt: the findings that the progress already gives, and the scopes to read. */
export interface Begun {
  readonly settled: readonly PersonFinding[]
  /** Never-read scopes first, so that short invocations continue where the last one ended. */
  readonly left: readonly Scope[]
}

/** Begins an attempt from the message's progress. */
export function begin(scopes: readonly Scope[], { enqueued, sending, without }: Progress): Begun {
  const settled: PersonFinding[] = []
  const left: Scope[] = []
  for (const each of scopes) {
    const scope = scopeName(each)
    const isOf = (member: string) => scopeOf(member) === scope
    const [isEnqueued, isSending] = [enqueued.find(isOf), sending.find(isOf)]
    const absence = without[scope]
    if (isEnqueued !== undefined) settled.push({ kind: 'enqueued', scope, member: isEnqueued })
    else if (isSending !== undefined) settled.push({ kind: 'sending', scope, member: isSending })
    else if (absence && isCertain(absence)) settled.push({ kind: 'absent', scope, listed: absence.listed })
    else left.push(each)
  }
  const readAt = (scope: Scope) => without[scopeName(scope)]?.at ?? 0
  return { settled, left: left.toSorted((a, b) => readAt(a) - readAt(b)) }
}

/** The progress after lists were read. `graceMs` is the grace for joiners, in milliseconds. */
export function afterReading(
  before: Progress,
  findings: readonly PersonFinding[],
  graceMs: number,
): Progress {
  if (!findings.some(({ kind }) => kind === 'searched')) return before
  const without = { ...before.without }
  const several = { ...before.several }
  for (const finding of findings) {
    if (finding.kind !== 'searched') continue
    const { scope, at, pages, listed, members } = finding
    if (members.length > 1) several[scope] = (several[scope] ?? 0) + 1
    if (members.length > 0) continue
    const { since = at, late = 0 } = without[scope] ?? {}
    without[scope] = { since, at, pages, listed, late: late + (at - since >= graceMs ? 1 : 0) }
  }
  return { ...before, without, several }
}

/** The progress before the events of these members are sent. */
export const beforeSending = (progress: Progress, members: readonly string[]): Progress => ({
  ...progress,
  sending: members,
})

/** The progress after the events were sent. */
export const afterSending = (progress: Progress): Progress => ({
  ...progress,
  enqueued: [...progress.enqueued, ...progress.sending],
  sending: [],
})
