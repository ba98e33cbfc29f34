import type { Scope } from '../event/role-catalogue.ts'
import type { Effect } from '../outcome/effect.ts'
import type { Final } from '../outcome/verdict.ts'
import { scopeName, scopeOf } from './person-event.ts'

/** What came of looking for one person in one scope, by its name: `wacht/<organizationId>`. */
export type Finding = { readonly scope: string } & FoundFinding

type FoundFinding =
  /** The member's event is on the queue already, by an attempt before this one. */
  | { readonly kind: 'told'; readonly member: string }
  /** It may be: an attempt before this one was about to send it. */
  | { readonly kind: 'sending'; readonly member: string }
  /** Attempts before this one have shown that the person is not in the list. */
  | { readonly kind: 'absent'; readonly listed: number }
  | { readonly kind: 'remembered'; readonly member: string }
  /** The list was read to its end: when that began, its pages and members, and those of them with the person's address. */
  | {
      readonly kind: 'searched'
      readonly at: number
      readonly pages: number
      readonly listed: number
      readonly members: readonly string[]
    }
  /** It was not: nothing is known of anybody. */
  | { readonly kind: 'unread'; readonly effect: Effect }

/** How far the search for the person of one message has come: what its next attempt need not do again. */
export interface Progress {
  /** The members whose events are on the queue. */
  readonly told: readonly string[]
  /** The members whose events an attempt was about to send: they may be on the queue, and are sent again. */
  readonly sending: readonly string[]
  /** The scopes whose lists did not show the person, by name. */
  readonly without: Readonly<Record<string, Absence>>
  /** The scopes whose lists showed several members with the address, by name, and in how many readings. */
  readonly several: Readonly<Record<string, number>>
}

/** The complete readings of one scope's list that did not show the person. Times are milliseconds since 1970. */
export interface Absence {
  /** When the first of them began: the grace for joiners counts from it. */
  readonly since: number
  /** When the latest began, and how many pages and members it had. */
  readonly at: number
  readonly pages: number
  readonly listed: number
  /** How many of them began after the grace. */
  readonly late: number
}

/** What is kept of a message that names a person. Another delivery of it may have changed that: `rev` tells. */
export interface PersonRecord {
  /** Of what is stored; 0: nothing is. */
  readonly rev: number
  readonly progress: Progress
  /** How the message ended. It never ends in another way. */
  readonly end?: Final
}

/** The progress of a message of which nothing is known. */
export const none: Progress = { told: [], sending: [], without: {}, several: {} }

/**
 * Whether the person is not in a scope. A list of several pages can shift while it is read and leave out somebody who is there:
 * it takes two readings, both after the grace.
 */
export const isCertain = ({ late, pages }: Absence): boolean => late > (pages > 1 ? 1 : 0)

/** What a message's progress settles before anybody is looked for, and which scopes are left to be read. */
export interface Begun {
  readonly settled: readonly Finding[]
  /** Those that were never read first, so that an invocation too short for all of them begins where the last one ended. */
  readonly left: readonly Scope[]
}

/** Begins an attempt where the last one ended. */
export function begin(scopes: readonly Scope[], { told, sending, without }: Progress): Begun {
  const settled: Finding[] = []
  const left: Scope[] = []
  for (const each of scopes) {
    const scope = scopeName(each)
    const isOf = (member: string) => scopeOf(member) === scope
    const [isTold, isSending] = [told.find(isOf), sending.find(isOf)]
    const absence = without[scope]
    if (isTold !== undefined) settled.push({ kind: 'told', scope, member: isTold })
    else if (isSending !== undefined) settled.push({ kind: 'sending', scope, member: isSending })
    else if (absence && isCertain(absence)) settled.push({ kind: 'absent', scope, listed: absence.listed })
    else left.push(each)
  }
  const readAt = (scope: Scope) => without[scopeName(scope)]?.at ?? 0
  return { settled, left: left.toSorted((a, b) => readAt(a) - readAt(b)) }
}

/** The progress after lists were read. `graceMs`: how long who is not in a list may be a joiner, in milliseconds. */
export function afterReading(before: Progress, findings: readonly Finding[], graceMs: number): Progress {
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

/** The progress once the events that were about to be sent are on the queue. */
export const afterSending = (progress: Progress): Progress => ({
  ...progress,
  told: [...progress.told, ...progress.sending],
  sending: [],
})
