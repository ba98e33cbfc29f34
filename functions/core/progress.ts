import type { Finding } from './findings.ts'
import { scopeName, scopeOf } from './person.ts'
import type { Progress } from './ports.ts'
import type { Scope } from './roles.ts'

/** The progress of a message that is tried for the first time, or of which nothing is known. */
export const none: Progress = { told: [], without: {} }

/** What a message's progress settles before anybody is looked for, and which scopes are left to be read. */
export interface Begun {
  readonly settled: readonly Finding[]
  /** Those that were never read first, so that an invocation too short for all of them begins where the last one ended. */
  readonly left: readonly Scope[]
}

/**
 * Begins an attempt where the last one ended. `final`: from when on, in milliseconds since 1970, whoever is not in a list is
 * no joiner any more, so that the list need not be read again.
 */
export function begin(scopes: readonly Scope[], { told, without }: Progress, final: number): Begun {
  const settled: Finding[] = []
  const left: Scope[] = []
  for (const each of scopes) {
    const scope = scopeName(each)
    const member = told.find(name => scopeOf(name) === scope)
    const read = without[scope]
    if (member !== undefined) settled.push({ kind: 'told', scope, member })
    else if (read && read.at >= final)
      settled.push({ kind: 'searched', scope, members: [], listed: read.listed })
    else left.push(each)
  }
  const readAt = (scope: Scope) => without[scopeName(scope)]?.at ?? 0
  return { settled, left: left.toSorted((a, b) => readAt(a) - readAt(b)) }
}

/** The progress after an attempt whose search began at `at` and found this, all of whose members' events are on the queue. */
export function progressAfter(
  { told, without }: Progress,
  findings: readonly Finding[],
  at: number,
): Progress {
  const members = findings.flatMap(finding =>
    finding.kind === 'remembered' ? [finding.member] : finding.kind === 'searched' ? finding.members : [],
  )
  const read = findings.flatMap(finding =>
    finding.kind === 'searched' && finding.members.length === 0
      ? [[finding.scope, { at, listed: finding.listed }] as const]
      : [],
  )
  return { told: [...told, ...members], without: { ...without, ...Object.fromEntries(read) } }
}
