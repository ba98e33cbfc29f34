import * as v from 'valibot'
import type { Reason } from '../dead-letter/reason.ts'
import { asObject, parseJson } from '../json.ts'
import type { Desired } from '../ledger/desired-state.ts'
import { foldEmail, isPersonKey, type Lookup, type PersonData, personTarget } from '../people/person-event.ts'
import { mostOfAnEvent, problemsOf } from '../schema-problems.ts'
import { type EventKind, eventSchema, maxEventBytes, namesPerson, reassertType } from './event-contract.ts'
import { instantOf, parseInstant } from './instant.ts'
import {
  type Catalogue,
  createWithdrawingRoles,
  isUnknownRole,
  scopesOf,
  type UnknownRole,
  type Withdrawal,
} from './role-catalogue.ts'
import { parseTraceparent } from './traceparent.ts'
import { normalSequence, type Version } from './version.ts'

/** A parsed, resolved event: which member, which desired state, which version. */
export interface Change {
  readonly target: string
  /** For example `wacht/<organizationId>/<membershipId>`. */
  readonly member: string
  readonly desired: Desired
  readonly version: Version
  /** The role's name, if the event names it. */
  readonly role?: string
  /** The change takes access away, by the catalogue. */
  readonly withdraws?: Withdrawal
  /** The key of the person whose member this is (`personkey`), if the person was remembered. */
  readonly personKey?: string
  /** The keys of the protected people whose member this is. The event does not tell: the sync function finds them. */
  readonly people?: readonly string[]
  /** The state is applied already, by this version, and is to be written again. */
  readonly reasserts?: Reasserts
}

/**
 * Whether a change is a fence: a decision to take access away. The end of a change (`data.until`) is no decision, and a re-assertion is none either.
 */
export const isFence = ({
  withdraws,
  version,
  reasserts,
}: Pick<Change, 'withdraws' | 'version' | 'reasserts'>): boolean =>
  withdraws !== undefined && !version.end && !reasserts

/** Who asked for a re-assertion, and until when it holds. */
export interface Reasserts {
  /** Milliseconds since 1970. */
  readonly expires: number
  /** An IAM principal, or the sweep. */
  readonly by: string
  /** The hash of the plan that a person applied. */
  readonly plan?: string | undefined
}

/** The names in an event, for log lines and dead letters. Null if a name could not be read. */
export interface Named {
  readonly event: string | null
  readonly source: string | null
  readonly target: string | null
  readonly member: string | null
}

export type ParsedEvent =
  | { readonly ok: true; readonly named: Named; readonly change: Change; readonly lookup?: undefined }
  | { readonly ok: true; readonly named: Named; readonly lookup: Lookup; readonly change?: undefined }
  | {
      readonly ok: false
      readonly named: Named
      readonly reason: Reason
      readonly detail: string
      /** Of an event that may be valid later: with another catalogue, or when its time has come. */
      readonly version?: Version
    }

/** Parses a message body. Never throws. `now` is milliseconds since 1970. */
export type ParseEvent = (body: string, now: number) => ParsedEvent

/** How far an event's time may be in the future, in milliseconds. A time further ahead would block all changes until then. */
export const maxAheadMs = 300_000

/** Creates the parser of message bodies. */
export function createEventParser(kinds: readonly EventKind[], catalogue: Catalogue): ParseEvent {
  const schema = eventSchema(kinds)
  const byName = new Map(kinds.map(kind => [kind.name, kind]))
  const withdrawing = createWithdrawingRoles(catalogue)

  return (body, now) => {
    if (Buffer.byteLength(body) > maxEventBytes) {
      return invalid(unnamed, `(body): must be at most ${maxEventBytes} bytes, is ${Buffer.byteLength(body)}`)
    }
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
    const version = {
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
      const whom = { email: foldEmail(person.email), role, scopes, version }
      const withdraws = withdrawing.has(role) && { withdraws: true as const }
      return { ok: true, named, lookup: { ...whom, ...withdraws, attributes: inherited(event) } }
    }
    const desired = kind.desired(data as never, catalogue)
    if (isUnknownRole(desired)) return { ...unknownRole(named, desired), version }
    const role = (data as { readonly role?: string }).role
    const change = {
      ...{ target: kind.name, member: named.member as string, desired, version },
      ...(role !== undefined && { role }),
    }
    const { personkey } = event
    const withdraws = withdrawing.withdrawalOf({ member: change.member, desired, role })
    const more = {
      ...(withdraws && { withdraws }),
      ...(isPersonKey(personkey) && { personKey: personkey }),
    }
    return { ok: true, named, change: { ...change, ...more } }
  }
}

/** The attributes that the events of a person's members inherit: source, type, order and trace. */
function inherited(event: Readonly<Record<string, unknown>>): Record<string, string> {
  const names = ['specversion', 'source', 'type', 'time', 'sequence']
  const texts = names.flatMap(name => (typeof event[name] === 'string' ? [[name, event[name]]] : []))
  const trace = parseTraceparent(event.traceparent) && (event.traceparent as string).slice(0, 55) // up to its flags
  return Object.fromEntries(trace ? [...texts, ['traceparent', trace]] : texts)
}

/** Why the letter of a re-assertion can be neither replayed nor approved: it held for an hour. */
const noReassertion = `type: ${reassertType} cannot be replayed or approved; \`role-sync drift plan\` plans it anew`

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
