import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Declared, parseSources } from '../../functions/intake/source-kinds.ts'
import { type Sent, signed } from './requests.ts'

/** A body that a vendor sends, as its documentation shows it. */
const payload = (name: string): string => readFileSync(join(import.meta.dirname, 'payloads', name), 'utf8')

/** Tokens in the form of Standard Webhooks, which every kind takes. */
export const token = `whsec_${Buffer.alloc(32, 'now').toString('base64')}`
export const older = `whsec_${Buffer.alloc(32, 'before').toString('base64')}`
export const strange = `whsec_${Buffer.alloc(32, 'strange').toString('base64')}`

/** A kind of source with what its sender sends. */
export interface SourceSubject {
  readonly declared: Declared
  /** What `infra/sources.json` says of it. */
  readonly declaration: Readonly<Record<string, unknown>>
  /** Makes a request out of a body. */
  readonly sign: (body: string, token: string) => Sent
  /** A delivery as the vendor documents it. */
  readonly documented: string
  /** The events that it is to become. */
  readonly events: readonly object[]
  /** The hints that it is to become, each by the names that the member may have. */
  readonly hints: readonly (readonly string[])[]
  /** How many things of it are no role changes. */
  readonly ignored: number
}

/** A kind of source whose deliveries hold many events. */
export interface BatchSubject extends SourceSubject {
  /** A delivery of so many good events, with others put between them by their index. */
  readonly many: (count: number, others?: Readonly<Record<number, unknown>>) => string
  /** An event that the contract refuses. */
  readonly bad: unknown
}

/** A delivery of Wacht, in the form that its documentation shows. */
export const wachtBody = (type: string, entityId: unknown, entityType = 'organization_membership'): string =>
  JSON.stringify({
    ...{ type, timestamp: '2026-11-23T10:00:00.000Z' },
    data: { entity_id: entityId, entity_type: entityType },
  })

const source = 'https://acme.okta.example.com/api/v1/eventHooks/whoql0HfiLGPWc8Jx0g3'
const managers = '00g1emaKYZTWRYYRRTSK'
const engineers = '00g8mo0l5wuTxmoIC0h7'

interface OktaDelivery {
  readonly data: { readonly events: readonly [OktaEvent, OktaEvent, OktaEvent] }
}
export interface OktaEvent {
  readonly uuid: string
  readonly target: readonly [object, object]
  readonly [field: string]: unknown
}

const oktaDelivery = JSON.parse(payload('okta-delivery.json')) as OktaDelivery

/** The three documented events: an addition, a removal, and a login. */
export const oktaEvents = oktaDelivery.data.events

/** A delivery of these events. */
export const oktaBody = (events: readonly unknown[]): string =>
  JSON.stringify({ ...oktaDelivery, data: { events } })

const spread = (count: number, good: (n: number) => unknown, others: Readonly<Record<number, unknown>>) => {
  const all = Array.from({ length: count }, (_, n) => good(n))
  for (const [index, other] of Object.entries(others)) all.splice(Number(index), 0, other)
  return all
}

const oktaSubject: Omit<BatchSubject, 'declared'> = {
  declaration: {
    ...{ kind: 'okta', secret: 'okta-event-hook' },
    groups: {
      [managers]: { added: 'manager', removed: 'reader' },
      [engineers]: { added: 'manager', removed: 'reader' },
    },
  },
  sign: (body, authorization) => ({ headers: { authorization, 'content-type': 'application/json' }, body }),
  documented: payload('okta-delivery.json'),
  events: [
    {
      ...{ specversion: '1.0', id: '14a42b00-74e5-11ee-8a5a-69d62fcd0f8b', source },
      ...{ type: 'role.changed.v1', time: '2026-11-23T10:59:58.770Z', sequence: '0' },
      data: { person: { email: 'jane@example.com' }, role: 'manager' },
    },
    {
      ...{ specversion: '1.0', id: 'f790999f-fe87-467a-9880-6982a583986c', source },
      ...{ type: 'role.changed.v1', time: '2026-11-23T10:59:59.101Z', sequence: '1' },
      data: { person: { email: 'joe@example.com' }, role: 'reader' },
    },
  ],
  hints: [],
  ignored: 1,
  many: (count, others = {}) =>
    oktaBody(spread(count, n => ({ ...oktaEvents[0], uuid: `uuid-${n}` }), others)),
  bad: { ...oktaEvents[0], published: 'yesterday' },
}

const batch = JSON.parse(payload('cloudevents-batch.json')) as [object & { data: object }, object]

const cloudeventsSubject: Omit<BatchSubject, 'declared'> = {
  declaration: {
    ...{ kind: 'cloudevents', secret: 'hr-webhook' },
    roles: { 'Engineering Manager': 'manager' },
    source: '//workday.example.com/role-changes',
  },
  sign: (body, key) => ({
    headers: { ...signed(body, key), 'content-type': 'application/cloudevents-batch+json; charset=utf-8' },
    body,
  }),
  documented: payload('cloudevents-batch.json'),
  events: [{ ...batch[0], data: { ...batch[0].data, role: 'manager' } }, batch[1]],
  hints: [],
  ignored: 0,
  many: (count, others = {}) => JSON.stringify(spread(count, n => ({ ...batch[1], id: `id-${n}` }), others)),
  bad: { ...batch[1], time: 'yesterday' },
}

const organizations = ['7301954381230018561', '7301954381230018562']

const wachtSubject: Omit<SourceSubject, 'declared'> = {
  declaration: { kind: 'wacht', secret: 'wacht-webhook', organizations },
  sign: (body, key) => ({ headers: { ...signed(body, key), 'content-type': 'application/json' }, body }),
  documented: wachtBody('organization.member.role.updated', '7301954381230018999'),
  events: [],
  hints: [organizations.map(organization => `wacht/${organization}/7301954381230018999`)],
  ignored: 0,
}

const declare = <Subject extends SourceSubject>(subject: Omit<Subject, 'declared'>): Subject => {
  const parsed = parseSources({ there: subject.declaration })
  if (!parsed.ok) throw new Error(parsed.problems.join('\n'))
  return { ...subject, declared: parsed.value[0] as Declared } as Subject
}

export const okta = declare<BatchSubject>(oktaSubject)
export const cloudevents = declare<BatchSubject>(cloudeventsSubject)

export const wacht = declare<SourceSubject>(wachtSubject)

/** Every kind of source; a test holds the list against that of the code. */
export const subjects: readonly SourceSubject[] = [cloudevents, okta, wacht]
export const batchSubjects: readonly BatchSubject[] = [cloudevents, okta]
