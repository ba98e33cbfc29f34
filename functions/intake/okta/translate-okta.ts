import * as v from 'valibot'
import { parseJson } from '../../core/json.ts'
import { mostOfAnEvent, problemsOf } from '../../core/schema-problems.ts'
import type { Candidate, IgnoredReason, IntakeRequest, Refusal, Translated } from '../source-kind.ts'
import { anyEventSchema, deliverySchema, type Membership, membershipSchema } from './okta-payload.ts'

/** The event types that are role changes, and the declared role that each stands for. */
const meanings: Readonly<Record<string, keyof GroupRoles>> = {
  'group.user_membership.add': 'added',
  'group.user_membership.remove': 'removed',
}

/** The result for one event of a delivery. */
type Read = { readonly event: unknown } | Omit<Refusal, 'index'> | { readonly ignored: IgnoredReason }

/** Translates a delivery into role changes: the person is named by login, the role comes from the declared group. */
export function translate({ body }: IntakeRequest, { groups }: OktaDeclaration): Translated {
  const json = parseJson(body)
  if (!json.ok) return { ok: false, detail: '(body): must be JSON' }
  const delivery = v.safeParse(deliverySchema, json.value)
  if (!delivery.success) return { ok: false, detail: problemsOf(delivery.issues, '(body)').join('; ') }

  const { source, data } = delivery.output
  const events: Candidate[] = []
  const refused: Refusal[] = []
  const ignored: IgnoredReason[] = []
  for (const [index, event] of data.events.entries()) {
    const read = readEvent(event, index, source, groups)
    if ('event' in read) events.push({ index, event: read.event })
    else if ('ignored' in read) ignored.push(read.ignored)
    else refused.push({ index, ...read })
  }
  return { ok: true, events, refused, ignored }
}

function readEvent(event: unknown, index: number, source: string, groups: OktaDeclaration['groups']): Read {
  const any = v.safeParse(anyEventSchema, event)
  if (!any.success) return invalid(any.issues)
  const { eventType } = any.output
  const meaning = Object.hasOwn(meanings, eventType) ? meanings[eventType] : undefined
  if (!meaning) return { ignored: 'other_event_type' }

  const membership = v.safeParse(membershipSchema, event)
  if (!membership.success) return invalid(membership.issues)
  if (membership.output.outcome.result !== 'SUCCESS') return { ignored: 'not_successful' }

  const group = targetOf(membership.output, 'UserGroup').id
  const roles = Object.hasOwn(groups, group) ? groups[group] : undefined
  if (!roles) return { ignored: 'group_not_listed' }
  const role = roles[meaning]
  if (role === undefined) {
    return {
      reason: 'no_role_named',
      detail: `target: no role is declared at groups.${group}.${meaning}`,
    }
  }
  return { event: eventOf(membership.output, index, source, role) }
}

/**
 * The event of a membership event. The contract later checks that the login is an e-mail address. Okta's times have milliseconds and
 * its ids are random, so the index in the delivery orders events of the same millisecond. A repeated delivery has the same
 * indexes.
 */
function eventOf(membership: Membership, index: number, source: string, role: string) {
  const email = targetOf(membership, 'User').alternateId
  return {
    specversion: '1.0',
    id: membership.uuid,
    source,
    type: 'role.changed.v1',
    time: membership.published,
    sequence: String(index),
    data: { person: { email }, role },
  }
}

/** The target of a type. The schema guarantees exactly one. */
const targetOf = ({ target }: Membership, type: 'User' | 'UserGroup') =>
  target.find(each => each.type === type) as Membership['target'][number]

const invalid = (issues: readonly v.BaseIssue<unknown>[]): Read => ({
  reason: 'invalid_event',
  detail: problemsOf(issues, '(event)', mostOfAnEvent).join('; '),
})

/** The declaration of an Okta organization: the roles of each group, by group id. */
export interface OktaDeclaration {
  readonly groups: Readonly<Record<string, GroupRoles>>
}

/** The catalogue roles for people who are added to a group or removed from it. A removal without a role is refused. */
interface GroupRoles {
  readonly added: string
  readonly removed?: string | undefined
}
