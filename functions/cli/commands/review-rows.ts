import type { StoredDue } from '../../core/due/due-item.ts'
import { forecastOf } from '../../core/due/forecast.ts'
import { createEventParser } from '../../core/event/event-parser.ts'
import { type Catalogue, isUnknownRole, resolveRole } from '../../core/event/role-catalogue.ts'
import { compareVersions, type Version } from '../../core/event/version.ts'
import { type Desired, sameDesired } from '../../core/ledger/desired-state.ts'
import type { Applied } from '../../core/ledger/ledger-entry.ts'
import { redactId } from '../../core/redact.ts'
import type { Finding } from '../../core/sweep/finding.ts'
import type { MemberRow } from '../../sweep/read-scope.ts'
import { kinds } from '../../targets/index.ts'
import type { TargetKind } from '../../targets/target.ts'
import { moment } from '../io/durations.ts'
import type { Column } from '../io/text-table.ts'
import { forecastText } from '../page/forecast-words.ts'
import { countsOf, countWords, shortMember } from './letter-rows.ts'

/** What each finding means, the ones that need somebody first. */
export const findingWords: Readonly<Record<Finding, string>> = {
  drift: 'the target shows another state than the one applied',
  unmanaged: 'the target lists a member that no event ever named',
  gone: 'something is applied, and the target does not list the member',
  unapplied: 'events named the member, and nothing is applied',
  in_flight: 'a change may be taking effect',
  unshown: 'the list of the target does not show the state',
  same: 'the target shows what is applied',
}

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
  /** The time of the oldest withdrawal that waits as a dead letter and is newer than what is applied: access that should have ended. */
  readonly withdrawalWaitsSince?: string
  /** Of the member's last proven withdrawal: seconds from the event's time to the proof. */
  readonly exposureSeconds?: number
  /** What becomes of its role: `manager until 2027-03-31T00:00:00Z, then member`. */
  readonly forecast?: string
  /** When its page of the list was read. */
  readonly readAt: string
}

/** What a review says besides its rows. Times are RFC 3339 in UTC. */
export interface ReviewSummary {
  readonly scope: string
  readonly stage: string
  /** When the reading of the list began and ended. */
  readonly from: string
  readonly until: string
  readonly members: number
  readonly counts: Readonly<Record<Finding, number>>
  /** What a reader must know of this review, such as what was not asked. */
  readonly remarks: readonly string[]
  /** The version and the commit of role-sync, and the hash of the role catalogue. */
  readonly version: string
  readonly commit?: string
  readonly catalogue: string
}

/** A review that is complete. `rows` can be read several times. */
export interface Review extends ReviewSummary {
  readonly columns: readonly Column<ReviewRow>[]
  readonly rows: () => AsyncIterable<ReviewRow>
}

/** The dead letters that wait for a member. */
export interface WaitingLetters {
  readonly reasons: string[]
  /** Of those that are withdrawals. */
  readonly withdrawals: Version[]
}

/** What a row needs besides the reading of its member. */
export interface RowFacts {
  readonly kind: Pick<TargetKind, 'name' | 'isExactly'>
  /** The target's own id of the scope. */
  readonly scope: string
  readonly catalogue: Catalogue
  /** Whether addresses are shown. */
  readonly people: boolean
  /** The letters that wait, by member. Undefined if they were not looked at. */
  readonly letters: ReadonlyMap<string, WaitingLetters> | undefined
  /** What takes effect later, by member. Undefined if it could not be read. */
  readonly due: ReadonlyMap<string, readonly StoredDue[]> | undefined
  /** The exposure of the last withdrawal, by member, in seconds. */
  readonly exposures: ReadonlyMap<string, number>
}

/** Creates the function that makes rows. Ids of events are redacted: a producer may put an address there. */
export function createRows({ kind, scope, catalogue, people, letters, due, exposures }: RowFacts) {
  const parse = createEventParser(kinds, catalogue)
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
    const { reasons = [], withdrawals = [] } = letters?.get(member) ?? {}
    const [waiting] = withdrawals
      .filter(version => !entry?.applied || compareVersions(entry.applied.version, version) < 0)
      .toSorted(compareVersions)
    const exposureSeconds = exposures.get(member)
    const forecast = forecastText(entry?.applied, forecastOf(entry, due?.get(member) ?? [], parse, at))
    return {
      member,
      ...(people && email !== undefined && { email }),
      finding,
      ...(shown && { atTarget: named(shown, state => kind.isExactly(shown, state)) }),
      ...(entry?.applied && applied(entry.applied)),
      ...(reasons.length > 0 && { letters: countsOf(reasons) }),
      ...(waiting && { withdrawalWaitsSince: `${waiting.time}Z` }),
      ...(exposureSeconds !== undefined && { exposureSeconds }),
      ...(forecast !== '' && { forecast }),
      readAt: moment(at),
    }
  }
}

/** The name of a state, or its ids if the catalogue has no name for it. */
const stateText = (named: NamedState | undefined): string =>
  named ? (named.role ?? JSON.stringify(named.state)) : ''

const letterColumns: readonly Column<ReviewRow>[] = [
  { head: 'letters', of: ({ letters = {} }) => countWords(letters) },
  { head: 'withdrawal waits since', of: ({ withdrawalWaitsSince = '' }) => withdrawalWaitsSince },
]

const emailColumn: Column<ReviewRow> = { head: 'e-mail', of: ({ email = '' }) => email }

/** The columns of a review, for every format. What was not asked for has none. */
export const columnsOf = (has: {
  readonly people: boolean
  readonly letters: boolean
}): Column<ReviewRow>[] => [
  { head: 'member', of: ({ member }) => member, short: ({ member }) => shortMember(member) },
  ...(has.people ? [emailColumn] : []),
  { head: 'finding', of: ({ finding }) => finding },
  { head: 'role at target', of: ({ atTarget }) => stateText(atTarget) },
  { head: 'role in ledger', of: ({ inLedger }) => stateText(inLedger) },
  { head: 'event', of: ({ event = '' }) => event },
  { head: 'source', of: ({ source = '' }) => source, isMinor: true },
  { head: 'event time', of: ({ eventTime = '' }) => eventTime, isMinor: true },
  { head: 'proven', of: ({ provenAt = '' }) => provenAt },
  ...(has.letters ? letterColumns : []),
  {
    head: 'exposure, s',
    of: ({ exposureSeconds }) => String(exposureSeconds ?? ''),
    align: 'right',
    isMinor: true,
  },
  { head: 'forecast', of: ({ forecast = '' }) => forecast },
  { head: 'read', of: ({ readAt }) => readAt, isMinor: true },
]
