import type { Random } from '../../simulation/random.ts'
import { type Dialect, organizationId, roleIds, stateOf } from '../cast.ts'
import type { Call, Reply, Routes } from './call.ts'
import { error } from './errors.ts'
import type { Journal } from './journal.ts'
import type { People } from './people.ts'

/** The most that this server lists at once, whatever is asked for: whoever wants more pages on `has_more`. */
const mostAtOnce = 7

/** Wacht as functions/targets/README.md describes it, in one of its dialects. */
export function wachtRoutes(dialect: Dialect, people: People, journal: Journal, random: Random): Routes {
  const base = `organizations/${organizationId}/members`
  const role = (id: string) => ({ id, name: `role ${id.slice(-4)}`, permissions: ['org.read'] })
  const absent = (id: string): Reply | undefined =>
    people.held(id) ? undefined : error(random, 404, 'Organization membership not found')

  const list = (query: URLSearchParams): Call => ({
    ...{ kind: 'read', members: people.ids.map(people.name) },
    reply: () => {
      const [limit, offset] = ['limit', 'offset'].map(name => Number(query.get(name) ?? 0)) as [
        number,
        number,
      ]
      const { ids } = people
      const page = ids.slice(offset, offset + Math.min(limit || 20, mostAtOnce))
      const data = page.map(id => {
        journal.shows(people.name(id), stateOf(people.held(id) ?? []))
        return {
          id,
          user_id: `9${id}`,
          roles: (people.held(id) ?? []).map(role),
          primary_email_address: 'a@example.com',
        }
      })
      return { status: 200, body: { data, has_more: offset + page.length < ids.length, limit, offset } }
    },
  })

  const setOne = (id: string, wanted: unknown): Call => ({
    ...{ kind: 'write', id, member: people.name(id), asks: String(wanted) },
    refusal: () =>
      absent(id) ?? (roleIds.includes(String(wanted)) ? undefined : error(random, 404, 'Role not found')),
    next: () => [String(wanted)],
    reply: () => {
      const held = people.held(id)?.[0] ?? ''
      journal.shows(people.name(id), held)
      const named = random.pick([
        { role_id: held },
        { role: role(held) },
        { role_id: held, role: role(held) },
      ])
      return {
        status: 200,
        body: { id, organization_id: organizationId, ...named, user: { email: 'a@example.com' } },
      }
    },
  })

  /** As the published source does it: a named role that is there already is removed with the others. */
  const replace = (id: string, wanted: readonly string[]): Call => ({
    ...{ kind: 'write', id, member: people.name(id), asks: stateOf(wanted) },
    refusal: () => absent(id),
    next: before => wanted.filter(one => !before.includes(one)),
    reply: () => ({ status: 200, body: {} }),
  })

  const remove = (id: string, gone: string): Call => ({
    ...{ kind: 'write', id, member: people.name(id), asks: `-${gone}` },
    refusal: () => absent(id),
    next: before => before.filter(one => one !== gone),
    reply: () => ({ status: 200, body: {} }),
  })

  return ({ method, path, query, body }) => {
    const [id, roles, gone] = path.slice(3)
    if (path.slice(0, 3).join('/') !== base) return undefined
    if (method === 'GET' && id === undefined && dialect === 'role_ids') return list(query)
    if (id === undefined || !/^\d+$/.test(id)) return undefined
    if (method === 'DELETE' && roles === 'roles' && gone && dialect === 'role_ids') return remove(id, gone)
    if (method !== 'PATCH' || roles !== undefined) return undefined
    if (dialect === 'role_id') return typeof body.role_id === 'string' ? setOne(id, body.role_id) : undefined
    return Array.isArray(body.role_ids) ? replace(id, body.role_ids.map(String)) : undefined
  }
}
