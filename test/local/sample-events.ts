/** A valid event for a Wacht member, with whatever a test wants otherwise. */
export function wachtEvent(
  id: string,
  { data = {}, ...rest }: { data?: Record<string, unknown>; [field: string]: unknown } = {},
) {
  return {
    specversion: '1.0',
    id,
    source: '//hr.example.com',
    type: 'role.changed.v1',
    time: new Date(Date.now() - 60_000).toISOString(),
    ...rest,
    data: {
      target: 'wacht',
      organizationId: '7301954381230018561',
      membershipId: '7301954381230018999',
      role: 'engineer',
      ...data,
    },
  }
}
