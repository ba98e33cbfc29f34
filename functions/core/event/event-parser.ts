import * as v from 'valibot'
import { asObject, parseJson } from '../json.ts'
import { foldEmail, isPersonKey, type PersonData, personTarget } from '../people/person-event.ts'
import { mostOfAnEvent, problemsOf } from '../schema-problems.ts'
import { bytesOfEvent, type DatedData, datesOf, halfName, msOf } from './dates.ts'
import type { Change, Ends, Named, ParsedEvent, ParseEvent } from './event.ts'
import { type EventKind, eventSchema, maxEventBytes, namesPerson, reassertType } from './event-contract.ts'
import { type Instant, instantOf, parseInstant } from './instant.ts'
import {
  type Catalogue,
  createWithdrawingRoles,
  isUnknownRole,
  resolveRole,
  scopesOf,
  type UnknownRole,
} from './role-catalogue.ts'
import { parseTraceparent } from './traceparent.ts'
import { normalSequence, type Version } from './version.ts'

/** How far an event's time may be in the future, in milliseconds. A time further ahead would block all changes until then. */
export const maxAheadMs = 300_000

/** Creates the parser of message bodies. */
export function createEventParser(kinds: readonly EventKind[], catalogue: Catalogue): ParseEvent {
  const schema = eventSchema(kinds)
  const byName = new Map(kinds.map(kind => [kind.name, kind]))
  const withdrawing = createWithdrawingRoles(catalogue)

  return (body, now) => {
    const bytes = bytesOfEvent(body)
    if (bytes > maxEventBytes)
      return invalid(unnamed, `(body): must be at most ${maxEventBytes} bytes, is ${bytes}`)
    const json = parseJson(body)
    if (!json.ok) return invalid(unnamed, '(body): must be JSON')
    if (!asObject(json.value)) return invalid(unnamed, '(body): must be a JSON object')
    if (asObject(json.value)?.type === reassertType) return invalid(nameOf(json.value, byName), noReassertion)

    const result = v.safeParse(schema, json.value, { abortPipeEarly: true })
    if (!result.success)
      return invalid(
        nameOf(json.value, byName),
        problemsOf(result.issues, '(body)', mostOfAnEvent).join('; '),
      )

    const event = result.output
    const { data } = event
    const kind = 'target' in data ? (byName.get(data.target) as EventKind) : undefined
    const named = {
      ...{ event: event.id, source: event.source },
      ...{ target: kind?.name ?? personTarget, member: kind?.member(data as never) ?? null },
    }
    const time = parseInstant(event.time) as string
    const dates = datesOf(data as DatedData, time, now)
    if (typeof dates === 'string') return invalid(named, dates)
    const { from, ends } = dates
    const version: Version = {
      ...(from !== undefined && { from }),
      time,
      sequence: normalSequence(event.sequence ?? ''),
      source: event.source,
      id: event.id,
    }
    if (time > instantOf(now + maxAheadMs)) {
      const detail = 'time: must be at most five minutes ahead of now'
      return { ok: false, named, reason: 'time_in_future', detail, version }
    }
    if (!kind) {
      const { role, person } = data as PersonData
      const scopes = scopesOf(catalogue, role)
      if (isUnknownRole(scopes)) return { ...unknownRole(named, scopes), version }
      const after = ends && scopes.map(scope => resolveRole(catalogue, ends.role, scope.target, scope.scope))
      const unknown = after?.find(isUnknownRole)
      if (unknown) return { ...unknownRole(named, asThen(unknown)), version }
      const lookup = {
        ...{ email: foldEmail(person.email), role, scopes, version, attributes: inherited(event) },
        ...(withdrawing.has(role) && { withdraws: true as const }),
        ...datesIn(data as DatedData),
        ...dueAt(from, now),
      }
      return { ok: true, named, lookup }
    }
    const own = kind.desired(data as never, catalogue)
    if (isUnknownRole(own)) return { ...unknownRole(named, own), version }
    const { role: ownRole } = data as { readonly role?: string }
    const member = named.member as string
    const withdrawn = withdrawing.withdrawalOf({ member, desired: own, role: ownRole })
    const { personkey } = event
    const change: Change = {
      ...{ target: kind.name, member, desired: own, version },
      ...(ownRole !== undefined && { role: ownRole }),
      ...(withdrawn && { withdraws: withdrawn }),
      ...(isPersonKey(personkey) && { personKey: personkey }),
      ...dueAt(from, now),
    }
    if (!ends) return { ok: true, named, change }
    const { role } = ends
    const desired = resolveRole(catalogue, role, kind.name, member.split('/')[1] as string)
    if (isUnknownRole(desired)) return { ...unknownRole(named, asThen(desired)), version }
    const withdraws = withdrawing.withdrawalOf({ member, desired, role })
    const end: Ends = { ...ends, ...(withdraws && { withdraws }) }
    const isEnd = event[halfName] === 'end'
    if (!isEnd && ends.at > instantOf(now)) return { ok: true, named, change: { ...change, ends: end } }
    const { due: _, withdraws: __, ...rest } = change
    const late = isEnd ? {} : { late: { withdraws: withdrawn !== undefined } }
    const half = { role, desired, version: { ...version, end: true as const }, ends: end, ...late }
    const more = { ...(withdraws && { withdraws }), ...dueAt(ends.at, now) }
    return { ok: true, named, change: { ...rest, ...half, ...more } }
  }
}

/** When something takes effect, if that is ahead. */
const dueAt = (at: Instant | undefined, now: number): { readonly due?: number } =>
  at !== undefined && at > instantOf(now) ? { due: msOf(at) } : {}

/** The dates of an event that names a person, which those of the members inherit. */
const datesIn = ({ from, until, then }: DatedData): { readonly dates?: DatedData } => {
  const dates = { ...(from !== undefined && { from }), ...(until !== undefined && { until, then }) }
  return Object.keys(dates).length > 0 ? { dates } : {}
}

/** The role that is not known is that of `then`. */
const asThen = ({ unknownRole: text }: UnknownRole): UnknownRole => ({
  unknownRole: text.replace('data.role', 'data.then'),
})

/** The attributes that the events of a person's members inherit: source, type, order and trace. */
function inherited(event: Readonly<Record<string, unknown>>): Record<string, string> {
  const names = ['specversion', 'source', 'type', 'time', 'sequence']
  const texts = names.flatMap(name => (typeof event[name] === 'string' ? [[name, event[name]]] : []))
  const trace = parseTraceparent(event.traceparent) && (event.traceparent as string).slice(0, 55) // up to its flags
  return Object.fromEntries(trace ? [...texts, ['traceparent', trace]] : texts)
}

/** Why the letter of a re-assertion can be neither replayed nor approved: it held for an hour. */
const noReassertion = `type: ${reassertType} cannot be replayed or approved; \`role-sync drift plan\` plans it anew; what a guard holds needs its event again, with a new id and time, which can be approved`

const unnamed: Named = { event: null, source: null, target: null, member: null }

const unknownRole = (named: Named, { unknownRole: detail }: UnknownRole): ParsedEvent & { ok: false } => ({
  ok: false,
  named,
  reason: 'unknown_role',
  detail,
})

const invalid = (named: Named, detail: string): ParsedEvent => ({
  ok: false,
  named,
  reason: 'invalid_event',
  detail,
})

/** The names in an event, as far as they can be read, even if the event is invalid. */
function nameOf(json: unknown, byName: ReadonlyMap<string, EventKind>): Named {
  const event = asObject(json)
  const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value.slice(0, 512) : null)
  const kind = byName.get(text(asObject(event?.data)?.target) ?? '')
  return {
    event: text(event?.id),
    source: text(event?.source),
    target: kind?.name ?? (namesPerson(event?.data) ? personTarget : null),
    member: kind ? memberOf(kind, event?.data) : null,
  }
}

function memberOf(kind: EventKind, data: unknown): string | null {
  const result = v.safeParse(kind.data, data, { abortPipeEarly: true })
  return result.success ? kind.member(result.output) : null
}
