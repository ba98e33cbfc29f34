import * as v from 'valibot'
import { parseJson } from '../../core/json.ts'
import { mostOfAnEvent, problemsOf } from '../../core/schema-problems.ts'
import type { Candidate, IgnoredReason, IntakeRequest, Refusal, Translated } from '../source-kind.ts'
import { anyEventSchema, deliverySchema, type Membership, membershipSchema } from './okta-payload.ts'

/** The two types of events that are role changes, and which of a group's roles each means. */
const meanings: Readonly<Record<string, keyof GroupRoles>> = {
  'group.user_membership.add': 'added',
  'group.user_membership.remove': 'removed',
}

/** What one event of a delivery is. */
type Read = { readonly event: unknown } | Omit<Refusal, 'index'> | { readonly ignored: IgnoredReason }

/** The role changes of a delivery: a person by login, and the role that the declaration gives to the group. */
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
      detail: `target: no role is declared for who is ${meaning}: groups.${group}.${meaning}`,
    }
  }
  return { event: eventOf(membership.output, index, source, role) }
}

/**
 * The event of the contract; whether the login is an e-mail address is for the contract to say. Okta's times have milliseconds
 * and its ids are random: among events of one millisecond the place in the delivery says which is newer. A delivery that is
 * repeated has the same places.
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

/** There is one of each: the schema says so. */
const targetOf = ({ target }: Membership, type: 'User' | 'UserGroup') =>
  target.find(each => each.type === type) as Membership['target'][number]

const invalid = (issues: readonly v.BaseIssue<unknown>[]): Read => ({
  reason: 'invalid_event',
  detail: problemsOf(issues, '(event)', mostOfAnEvent).join('; '),
})

/** What is declared of an Okta organization: for each group by its id, what its membership means. */
export interface OktaDeclaration {
  readonly groups: Readonly<Record<string, GroupRoles>>
}

/** The catalogue roles of whoever is added to a group, or removed from it; a removal that names none is refused. */
interface GroupRoles {
  readonly added: string
  readonly removed?: string | undefined
}
