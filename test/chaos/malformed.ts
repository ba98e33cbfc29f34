import { organizationId, roleIds } from './cast.ts'
import type { Planned } from './events.ts'

/** Bodies that no rule lets pass; those that are JSON objects are known by their id. */
const kinds: readonly ((id: string) => string)[] = [
  id => `not json ${id}, "but" kept\tas it is  `,
  id => JSON.stringify([id]),
  id => JSON.stringify(valid(id)).slice(0, -20),
  id => JSON.stringify({ ...valid(id), padding: 'x'.repeat(66_000) }),
  id => JSON.stringify({ ...valid(id), specversion: '0.3' }),
  id => JSON.stringify({ ...valid(id), time: '2026-01-01T00:00:00' }),
  id => JSON.stringify({ ...valid(id), data: { ...valid(id).data, manager: 'x' } }),
  id => JSON.stringify({ ...valid(id), data: { ...valid(id).data, membershipId: 17 } }),
  id => JSON.stringify({ ...valid(id), time: new Date(Date.now() + 86_400_000).toISOString() }),
]

const unreadable = 4
const inFuture = 8

/** So many malformed events, each other than the others. */
export function malformedBodies(count: number): Planned[] {
  return Array.from({ length: count }, (_, n) => {
    const kind = n % kinds.length
    const id = `malformed-${n}`
    return {
      id: kind < unreadable ? null : id,
      ...{ member: null, rank: 0, wants: '', copies: 1, body: kinds[kind]!(id) },
      must: kind === inFuture ? 'time_in_future' : 'invalid_event',
    }
  })
}

const valid = (id: string) => ({
  ...{ specversion: '1.0', id, source: '//hr.example.com/chaos', type: 'role.changed.v1' },
  time: new Date(Date.now() - 60_000).toISOString(),
  data: { target: 'wacht', organizationId, membershipId: '7301954381230000001', roleId: roleIds[0] },
})
