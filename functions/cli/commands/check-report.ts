import { datesOf } from '../../core/event/dates.ts'
import { instantOf } from '../../core/event/instant.ts'
import type { OwnerRule } from '../../core/guard/last-owner.ts'
import type { TargetRequest } from '../../targets/target.ts'
import { type EventLine, isRefused, type RefusedLine } from '../io/event-lines.ts'
import { placeOf, placeWords } from '../io/event-texts.ts'
import type { Planned } from './dry-run.ts'

/** A checked event: its request, or the scopes for its person. */
export type CheckedEvent = EventLine & Counted & (Planned | PersonScopes)

type Checked = CheckedEvent | RefusedLine

/** The dates of an event, and the rules of `last_owner` that the change may break. */
interface Counted {
  readonly when: When
  readonly owners: readonly OwnerRule[]
}

/** What the dates of an event do. Instants are RFC 3339 in UTC. */
interface When {
  /** It is kept until then. */
  readonly scheduledFor?: string
  /** Its beginning is past: it takes effect at once, and its order counts from then. */
  readonly countsFrom?: string
  /** Its end, and which role takes its place then. */
  readonly ends?: RoleAt
  /** Its end is past, and that role takes effect at once. */
  readonly ended?: RoleAt
}

interface RoleAt {
  readonly at: string
  readonly role: string
}

/** The scopes in which the person of an event is searched. */
interface PersonScopes {
  readonly scopes: readonly string[]
}

/** A checked line for `--json`. */
export const recordOf = (checked: Checked) => ({
  ...placeOf(checked),
  ...checked.named,
  ...('when' in checked && checked.when),
  ...('owners' in checked && checked.owners.length > 0 && { last_owner: checked.owners.map(ruleOf) }),
  ...(isRefused(checked)
    ? { reason: checked.reason, detail: checked.detail }
    : 'scopes' in checked
      ? { scopes: checked.scopes }
      : { request: checked.request, ...(checked.readsFirst && { readsFirst: checked.readsFirst }) }),
})

/** A checked line as rows of text. */
export function rowsOf(checked: Checked): string[] {
  const head = `${placeWords(checked)}: ${checked.named.event ?? '(no id)'}`
  if (isRefused(checked)) return [`${head} would be refused`, `  ${checked.reason}: ${checked.detail}`]
  const counted = [...whenRows(checked.when), ...checked.owners.map(ownerRow)]
  if ('scopes' in checked)
    return [`${head} → the person's members in ${checked.scopes.join(', ')}`, ...counted]
  return [`${head} → ${checked.named.member}`, ...requestRows(checked).map(row => `  ${row}`), ...counted]
}

/** What the dates of an event do `now`. */
export function whenOf({ change, lookup }: EventLine['parsed'], now: number): When {
  const { version, due } = change ?? lookup
  const given = lookup && datesOf(lookup.dates ?? {}, version.time, now)
  const { from, ends } = typeof given === 'object' ? given : { from: version.from, ends: change?.ends }
  const end = ends && { at: `${ends.at}Z`, role: ends.role }
  const isEnd = ends !== undefined && (version.end || ends.at <= instantOf(now))
  const begin = isEnd ? end?.at : from && `${from}Z`
  return {
    ...(begin !== undefined &&
      (due === undefined ? !isEnd && { countsFrom: begin } : { scheduledFor: begin })),
    ...(end && (isEnd ? { ended: end } : { ends: end })),
  }
}

const whenRows = ({ scheduledFor, countsFrom, ends, ended }: When): string[] => [
  ...(scheduledFor === undefined
    ? []
    : [`  scheduled: takes effect at ${scheduledFor}, and is kept until then`]),
  ...(countsFrom === undefined
    ? []
    : [`  data.from is past: takes effect at once, and counts in order from ${countsFrom}`]),
  ...(ends ? [`  ends at ${ends.at}: then ${ends.role}`] : []),
  ...(ended && scheduledFor === undefined
    ? [`  data.until is past (${ended.at}): takes ${ended.role} at once`]
    : []),
]

const ruleOf = ({ scope, role, keep, mode }: OwnerRule) => ({ scope, role, keep, ...(mode && { mode }) })

const ownerRow = ({ scope, role, keep, mode }: OwnerRule): string =>
  `  last_owner of ${scope} (role ${role}, keep ${keep}${mode === 'shadow' ? ', shadow mode' : ''}): counted at the target when the change takes effect`

/** The requests of a dry run as rows of text. */
export const requestRows = ({ request, readsFirst }: Planned): string[] => [
  ...(readsFirst
    ? [`reads first: ${requestLine(readsFirst)}`, 'then writes only if the state differs:']
    : []),
  requestLine(request),
  JSON.stringify(request.body),
]

const requestLine = ({ method, url }: TargetRequest): string => `${method} ${url}`
