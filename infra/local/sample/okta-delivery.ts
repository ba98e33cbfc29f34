import type { Delivery } from './send-deliveries.ts'

/** A person whom Okta added to a group. */
export interface Added {
  /** The event's id. */
  readonly uuid: string
  /** Milliseconds since 1970. */
  readonly at: number
  readonly email: string
  readonly groupId: string
}

/** A delivery of an Okta event hook, as its documentation shows one: an addition to a group, and a login. */
export function oktaDelivery({ uuid, at, email, groupId }: Added): Delivery {
  const event = (id: string, eventType: string, target: readonly object[]) => ({
    ...{ uuid: id, published: new Date(at).toISOString(), eventType, version: '0', severity: 'INFO' },
    actor: { id: '00u1qw6mqitPHM8AJ0g7', type: 'User', alternateId: 'admin@example.com' },
    outcome: { result: 'SUCCESS', reason: null },
    target,
  })
  const user = { id: '00u1eihlvrLAXG6NEDsR', type: 'User', alternateId: email, displayName: 'Olga Example' }
  const group = {
    id: groupId,
    type: 'UserGroup',
    alternateId: 'unknown',
    displayName: 'Engineering managers',
  }
  return {
    source: 'okta',
    headers: authorization => ({ authorization, 'content-type': 'application/json' }),
    body: JSON.stringify({
      ...{ eventType: 'com.okta.event_hook', eventTypeVersion: '1.0', cloudEventsVersion: '0.1' },
      ...{ contentType: 'application/json', eventId: 'b5a188b9-5ece-4636-b041-482ffda96311' },
      ...{ eventTime: new Date(at).toISOString() },
      source: 'https://acme.okta.example.com/api/v1/eventHooks/whoql0HfiLGPWc8Jx0g3',
      data: {
        events: [
          event(uuid, 'group.user_membership.add', [user, group]),
          event('0b1a9c1e-2f53-4d0a-9a53-7c2a6e51c001', 'user.session.start', []),
        ],
      },
    }),
  }
}
