import { type Catalogue, isUnknownRole, resolveRole } from '../../core/event/role-catalogue.ts'
import { type Desired, sameDesired } from '../../core/ledger/desired-state.ts'
import type { Applied } from '../../core/ledger/ledger-entry.ts'
import { redactId } from '../../core/redact.ts'
import type { Finding } from '../../core/sweep/finding.ts'
import type { MemberRow } from '../../sweep/read-scope.ts'
import type { TargetKind } from '../../targets/target.ts'
import { moment } from '../io/durations.ts'
import { countsOf, countWords } from './letter-rows.ts'

/** A state of a member, and the catalogue's name for it if it has one. */
interface NamedState {
  readonly role?: string
  readonly state: Desired
}

/** What a review says of one member. Times are RFC 3339 in UTC. */
export interface ReviewRow {
  readonly member: string
  /** The primary address at the target, only if it is asked for. */
  readonly email?: string
  readonly finding: Finding
  /** What the target shows. Absent if its list does not show it, or the member is not listed. */
  readonly atTarget?: NamedState
  /** What is applied in the ledger. */
  readonly inLedger?: NamedState
  readonly event?: string
  readonly source?: string
  readonly eventTime?: string
  readonly provenAt?: string
  /** How many dead letters of each reason wait for the member; `held` are those that a guard holds. */
  readonly letters?: Readonly<Record<string, number>>
  /** Of the member's last withdrawal: seconds from the event's time to the proof. */
  readonly exposureSeconds?: number
  /** When its page of the list was read. */
  readonly readAt: string
}

/** What a row needs besides the reading of its member. */
export interface RowFacts {
  readonly kind: Pick<TargetKind, 'name' | 'isExactly'>
  /** The target's own id of the scope. */
  readonly scope: string
  readonly catalogue: Catalogue
  /** Whether addresses are shown. */
  readonly people: boolean
  /** The reasons of the letters that wait, by member. Undefined if they were not looked at. */
  readonly letters: ReadonlyMap<string, readonly string[]> | undefined
  /** The exposure of the last withdrawal, by member, in seconds. */
  readonly exposures: ReadonlyMap<string, number>
}

/** Creates the function that makes rows. Ids of events are redacted: a producer may put an address there. */
export function createRows({ kind, scope, catalogue, people, letters, exposures }: RowFacts) {
  const roles = Object.keys(catalogue).flatMap(role => {
    const state = resolveRole(catalogue, role, kind.name, scope)
    return isUnknownRole(state) ? [] : [{ role, state }]
  })
  const named = (state: Desired, isRole: (of: Desired) => boolean, usual?: string): NamedState => {
    const same = roles.filter(each => isRole(each.state)).map(({ role }) => role)
    const role = same.find(each => each === usual) ?? same[0]
    return { ...(role !== undefined && { role }), state }
  }
  const applied = ({ version, desired, role, at }: Applied) => ({
    inLedger: named(desired, state => sameDesired(desired, state), role),
    ...{ event: redactId(version.id), source: redactId(version.source) },
    ...{ eventTime: `${version.time}Z`, provenAt: moment(at) },
  })
  return ({ member, finding, shown, email, entry, at }: MemberRow): ReviewRow => {
    const reasons = letters?.get(member) ?? []
    const exposureSeconds = exposures.get(member)
    return {
      member,
      ...(people && email !== undefined && { email }),
      finding,
      ...(shown && { atTarget: named(shown, state => kind.isExactly(shown, state)) }),
      ...(entry?.applied && applied(entry.applied)),
      ...(reasons.length > 0 && { letters: countsOf(reasons) }),
      ...(exposureSeconds !== undefined && { exposureSeconds }),
      readAt: moment(at),
    }
  }
}

/** A column of a review, for every format. */
export interface ReviewColumn {
  readonly head: string
  readonly of: (row: ReviewRow) => string
}

/** The name of a state, or its ids if the catalogue has no name for it. */
const stateText = (named: NamedState | undefined): string =>
  named ? (named.role ?? JSON.stringify(named.state)) : ''

/** The columns of a review. What was not asked for has none. */
export const columnsOf = (has: { readonly people: boolean; readonly letters: boolean }): ReviewColumn[] => [
  { head: 'member', of: ({ member }) => member },
  ...(has.people ? [{ head: 'e-mail', of: ({ email = '' }: ReviewRow) => email }] : []),
  { head: 'finding', of: ({ finding }) => finding },
  { head: 'role at target', of: ({ atTarget }) => stateText(atTarget) },
  { head: 'role in ledger', of: ({ inLedger }) => stateText(inLedger) },
  { head: 'event', of: ({ event = '' }) => event },
  { head: 'source', of: ({ source = '' }) => source },
  { head: 'event time', of: ({ eventTime = '' }) => eventTime },
  { head: 'proven', of: ({ provenAt = '' }) => provenAt },
  ...(has.letters ? [{ head: 'letters', of: ({ letters = {} }: ReviewRow) => countWords(letters) }] : []),
  { head: 'exposure, s', of: ({ exposureSeconds }) => String(exposureSeconds ?? '') },
  { head: 'read', of: ({ readAt }) => readAt },
]
