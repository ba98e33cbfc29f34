import type { Answer } from '../../functions/core/outcome/http-answer.ts'
import { scopeOf } from '../../functions/core/people/person-event.ts'
import type { TargetRequest } from '../../functions/targets/target.ts'
import { type Place, placeAt, placeOf, placesOf } from './places.ts'
import type { Scenario } from './scenario.ts'

/** A target's own state and what its documents and source say it makes of a request. */
export interface Server {
  /** What the member holds now, canonical, to be compared with `stateOf(desired)`. */
  readonly state: (member: string) => string
  /** Answers a request, applying it when it is a write. */
  readonly handle: (request: TargetRequest) => Answer & { kind: 'answered' }
  /** From now on the member cannot be given this role. */
  readonly remove: (member: string, role: string) => void
  /** Whether it would refuse the state now: the member is unknown, or a role of the state is gone. */
  readonly refuses: (member: string, state: string) => boolean
  /** A third party gives the member exactly this role. */
  readonly edit: (member: string, role: string) => void
  /** The member joins under this address; the state that it has then. */
  readonly add: (member: string, address: string) => string
  /** The membership is removed, and its person added as another member; the state that this one has then. */
  readonly renew: (member: string, renewed: string) => string
}

/** What a desired state is called in `Server.state`. */
export const stateOf = (desired: Readonly<Record<string, unknown>>): string => {
  if (typeof desired.roleId === 'string') return desired.roleId
  return `${(desired.groupIds as string[]).join()}${desired.owner === true ? ' owner' : ''}`
}

const pageLimit = 3

const answered = (status: number, json: unknown): Answer & { kind: 'answered' } => ({
  kind: 'answered',
  status,
  json,
})

/**
 * The targets of a scenario, as one: what is asked of a member goes to that member's target. `shifts`: whether an earlier entry
 * has left the list between two pages, so that the first of the later page is passed over.
 */
export function createServer(scenario: Scenario, shifts: () => boolean): Server {
  const missed = new Set<string>()
  /** At most once for each member: a list may shift, and does not shift for ever. */
  const isMissed: IsMissed = id => {
    if (id === undefined || missed.has(id) || !shifts()) return false
    missed.add(id)
    return true
  }
  const at = (place: Place) =>
    place === 'project' ? createProject(scenario, isMissed) : createWacht(scenario.dialect, isMissed)
  const servers = new Map(placesOf(scenario).map(place => [place, at(place)]))
  const of = (place: Place) => servers.get(place) as Server
  return {
    state: member => of(placeOf(member)).state(member),
    handle: request => of(placeAt(request.url)).handle(request),
    edit: (member, role) => of(placeOf(member)).edit(member, role),
    remove: (member, role) => of(placeOf(member)).remove(member, role),
    refuses: (member, state) => of(placeOf(member)).refuses(member, state),
    add: (member, address) => of(placeOf(member)).add(member, address),
    renew: (member, renewed) => of(placeOf(member)).renew(member, renewed),
  }
}

type IsMissed = (id: string | undefined) => boolean

function createWacht(dialect: Scenario['dialect'], isMissed: IsMissed): Server {
  const left = new Set<string>()
  const addresses = new Map<string, string>()
  const members = new Map<string, string[]>()
  const organizations = new Map<string, string>()
  const removed = new Set<string>()
  const show = (id: string) => ({
    id,
    roles: members.get(id)?.map(role => ({ id: role })),
    role_id: members.get(id)?.[0],
    primary_email_address: addresses.get(id),
  })

  const add = (member: string, address: string) => {
    addresses.set(idOf(member), address)
    organizations.set(idOf(member), scopeOf(member))
    members.set(idOf(member), dialect === 'role_ids' && !member.endsWith('0') ? ['11', '12'] : ['1'])
    return members.get(idOf(member))?.join() ?? ''
  }

  return {
    state: member => (members.get(idOf(member)) ?? []).toSorted().join(),
    add,
    edit: (member, role) => void members.set(idOf(member), [role]),
    // Soft-deleted: not listed any more, and a PATCH is answered as before.
    renew: (member, renewed) => {
      left.add(idOf(member))
      return add(renewed, addresses.get(idOf(member)) ?? '')
    },
    remove: (member, role) => removed.add(`${idOf(member)} ${role}`),
    refuses: (member, state) => !members.has(idOf(member)) || removed.has(`${idOf(member)} ${state}`),
    handle: ({ method, url, body }) => {
      const [path, query = ''] = url.split('?') as [string, string]
      const [, , , , organization, , id = '', , role = ''] = path.split('/')
      if (method === 'GET') {
        const offset = Number(new URLSearchParams(query).get('offset'))
        const all = [...members.keys()].filter(
          each => organizations.get(each) === `wacht/${organization}` && !left.has(each),
        )
        const from = offset > 0 && isMissed(all[offset]) ? offset + 1 : offset
        const data = all.slice(from, offset + pageLimit).map(show)
        return answered(200, { data, has_more: offset + pageLimit < all.length })
      }
      const roles = members.get(id)
      if (!roles) return answered(404, { errors: [{ message: 'Member not found', code: 404 }] })
      if (method === 'DELETE') {
        members.set(
          id,
          roles.filter(held => held !== role),
        )
        return answered(200, {})
      }
      const { role_id, role_ids } = body as { role_id?: string; role_ids?: string[] }
      const wanted = dialect === 'role_id' ? role_id && [role_id] : role_ids
      if (!wanted) return answered(200, {})
      if (wanted.some(each => removed.has(`${id} ${each}`))) {
        return answered(404, { errors: [{ message: 'Role not found for admin@example.com', code: 404 }] })
      }
      if (dialect === 'role_id') members.set(id, wanted)
      else
        members.set(
          id,
          wanted.filter(each => !roles.includes(each)),
        ) // the repeat that strips
      return answered(200, dialect === 'role_id' ? show(id) : {})
    },
  }
}

function createProject(scenario: Scenario, isMissed: IsMissed): Server {
  const addresses = new Map<string, string>()
  const members = new Map<string, { groups: { id: string }[]; owner: boolean }>()
  const projects = new Map<string, string>()
  const removed = new Set<string>()
  return {
    state: member => {
      const held = members.get(idOf(member))
      return held ? stateOf({ groupIds: held.groups.map(group => group.id), owner: held.owner }) : ''
    },
    add: (member, address) => {
      addresses.set(idOf(member), address)
      projects.set(idOf(member), scopeOf(member))
      members.set(idOf(member), { groups: [], owner: false })
      return ''
    },
    edit: (member, role) => void members.set(idOf(member), { groups: [{ id: role }], owner: false }),
    renew: member => {
      throw new Error(`a project tells when a member is gone: ${member}`)
    },
    remove: (member, role) => removed.add(`${idOf(member)} ${role}`),
    refuses: (member, state) =>
      !members.has(idOf(member)) || removed.has(`${idOf(member)} ${state.replace(' owner', '')}`),
    handle: ({ method, url, body }) => {
      const [path, query = ''] = url.split('?') as [string, string]
      const id = path.split('/').at(-1) as string
      if (method === 'GET') {
        const page = Number(new URLSearchParams(query).get('page'))
        const limit = Math.min(pageLimit, Number(new URLSearchParams(query).get('perPage')))
        const listed = [...members].filter(([each]) =>
          path.includes(`/${projects.get(each)?.split('/')[1]}/`),
        )
        const all = listed.map(([memberId, held]) => {
          return { id: memberId, ...held, user: { email: addresses.get(memberId) } }
        })
        const offset = (page - 1) * limit
        const from = offset > 0 && isMissed(all[offset]?.id) ? offset + 1 : offset
        const results = all.slice(from, offset + limit)
        return answered(200, { results, paginate: { current: page, total: all.length - (from - offset) } })
      }
      if (!members.has(id)) return answered(404, { message: 'no such member' })
      const { groupIds = [], owner = false } = body as { groupIds?: string[]; owner?: boolean }
      if (groupIds.some(group => removed.has(`${id} ${group}`)))
        return answered(400, { message: 'no such group, call +1 555 010 0199' })
      const held = { groups: groupIds.map(group => ({ id: group })), owner }
      members.set(id, held)
      // The optional fields may be missing from the answer: then the member is read back.
      return answered(
        200,
        scenario.partial || id.endsWith('0') ? { id, createdAt: '', updatedAt: '' } : { id, ...held },
      )
    },
  }
}

const idOf = (member: string): string => member.split('/').at(-1) as string
