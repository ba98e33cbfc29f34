/** The event of README.md. */
export const exampleEvent = {
  specversion: '1.0',
  id: 'wd-2026-000123',
  source: '//workday.example.com/role-changes',
  type: 'role.changed.v1',
  time: '2026-11-23T09:15:00.250Z',
  sequence: '42',
  data: {
    target: 'wacht',
    organizationId: '7301954381230018561',
    membershipId: '7301954381230018999',
    role: 'engineering-manager',
  },
}

/** A person whom Okta added to a group. */
export interface AddedPerson {
  /** The event's id. */
  readonly uuid: string
  /** Milliseconds since 1970. */
  readonly at: number
  readonly email: string
  readonly groupId: string
}

/** The body of a delivery of an Okta event hook, as its documentation shows one: an addition to a group, and a login. */
export function exampleOktaDelivery({ uuid, at, email, groupId }: AddedPerson) {
  const time = new Date(at).toISOString()
  const event = (id: string, eventType: string, target: readonly object[]) => ({
    ...{ uuid: id, published: time, eventType, version: '0', severity: 'INFO' },
    actor: { id: '00u1qw6mqitPHM8AJ0g7', type: 'User', alternateId: 'admin@example.com' },
    outcome: { result: 'SUCCESS', reason: null },
    target,
  })
  const user = { id: '00u1eihlvrLAXG6NEDsR', type: 'User', alternateId: email, displayName: 'An Example' }
  const group = {
    ...{ id: groupId, type: 'UserGroup', alternateId: 'unknown', displayName: 'Engineering managers' },
  }
  return {
    ...{ eventType: 'com.okta.event_hook', eventTypeVersion: '1.0', cloudEventsVersion: '0.1' },
    ...{ contentType: 'application/json', eventId: 'b5a188b9-5ece-4636-b041-482ffda96311' },
    eventTime: time,
    source: 'https://acme.okta.example.com/api/v1/eventHooks/whoql0HfiLGPWc8Jx0g3',
    data: {
      events: [
        event(uuid, 'group.user_membership.add', [user, group]),
        event('0b1a9c1e-2f53-4d0a-9a53-7c2a6e51c001', 'user.session.start', []),
      ],
    },
  }
}
