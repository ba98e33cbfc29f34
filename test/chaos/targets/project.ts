import type { Random } from '../../simulation/random.ts'
import { groupIds, projectId, stateOf } from '../cast.ts'
import type { Call, Routes } from './call.ts'
import { error } from './errors.ts'
import type { Journal } from './journal.ts'
import type { People } from './people.ts'

/** The most that this server lists at once. */
const mostAtOnce = 6

/** The project API as its page and functions/targets/README.md describe it: a PUT replaces groups and owner flag. */
export function projectRoutes(people: People, journal: Journal, random: Random): Routes {
  const base = `api/projects/${projectId}/members`

  const record = (id: string) => {
    const held = people.held(id) ?? []
    const groups = held.filter(one => one !== 'owner').map(one => ({ id: one, name: 'a group', projectId }))
    return { id, createdAt: '2026-01-01', updatedAt: '2026-01-02', owner: held.includes('owner'), groups }
  }

  const list = (query: URLSearchParams): Call => ({
    ...{ kind: 'read', members: people.ids.map(people.name) },
    reply: () => {
      const { ids } = people
      const current = Number(query.get('page') ?? 1)
      const size = Math.min(Number(query.get('perPage') ?? 10), mostAtOnce)
      const page = ids.slice((current - 1) * size, current * size)
      for (const id of page) journal.shows(people.name(id), stateOf(people.held(id) ?? []))
      const paginate = {
        current,
        from: (current - 1) * size,
        to: current * size,
        total: ids.length,
        pageSize: size,
      }
      return { status: 200, body: { results: page.map(record), paginate } }
    },
  })

  const put = (id: string, groups: readonly string[], owner: boolean): Call => ({
    ...{
      kind: 'write',
      id,
      member: people.name(id),
      asks: stateOf([...groups, ...(owner ? ['owner'] : [])]),
    },
    refusal: () => {
      if (!people.held(id)) return error(random, 404, 'Member not found')
      return groups.every(one => groupIds.includes(one)) ? undefined : error(random, 422, 'Unknown group')
    },
    next: () => [...groups, ...(owner ? ['owner'] : [])],
    reply: () => {
      const { groups: shown, owner: flag, ...required } = record(id)
      const part = random.pick(['all', 'all', 'all', 'no groups', 'no owner', 'neither'])
      if (part === 'all') journal.shows(people.name(id), stateOf(people.held(id) ?? []))
      const optional = {
        ...((part === 'all' || part === 'no owner') && { groups: shown }),
        ...((part === 'all' || part === 'no groups') && { owner: flag }),
      }
      return { status: 200, body: { ...required, ...optional } }
    },
  })

  return ({ method, path, query, body }) => {
    const [id, more] = path.slice(4)
    if (path.slice(0, 4).join('/') !== base || more !== undefined) return undefined
    if (method === 'GET' && id === undefined) return list(query)
    if (method !== 'PUT' || id === undefined) return undefined
    // A PUT without `owner` demotes an owner: whoever leaves out either has not understood.
    if (!Array.isArray(body.groupIds) || typeof body.owner !== 'boolean') return undefined
    return put(id, body.groupIds.map(String), body.owner)
  }
}
