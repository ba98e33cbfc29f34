import { asObject, idOf } from '../../core/answer.ts'
import { type Desired, sameDesired } from '../../core/desired.ts'
import { judge } from '../../core/judge.ts'
import { type Reading, unread } from '../reading.ts'
import type { Http, Request, Target } from '../target.ts'
import { memberParts, urlOf } from '../target.ts'
import { listPeople } from './people.ts'
import { readMember } from './read-member.ts'

/**
 * One PUT of groups and owner flag, always both: leaving `owner` out demotes (TARGETS.md). Where the answer leaves out
 * `owner` or `groups`, which the API page allows, the member is read back.
 */
export function setGroups(givenUrl: string): Target {
  const baseUrl = givenUrl.replace(/\/+$/, '').replace(/\/api$/, '')
  const request = (member: string, { groupIds, owner }: Desired): Request => {
    const [projectId, memberId] = memberParts(member)
    const url = urlOf(baseUrl, 'api', 'projects', projectId, 'members', memberId)
    return { method: 'PUT', url, body: { groupIds, owner } }
  }
  return {
    name: 'project',
    naming: member => {
      const [projectId, memberId] = memberParts(member)
      return { target: 'project', projectId, memberId }
    },
    people: listPeople(baseUrl),
    repeatable: true,
    request,
    apply: async (member, desired, http: Http) => {
      const written = judge('write', await http(request(member, desired)))
      if (!written.ok) return written.effect
      const shown = stateOf(written.json)
      if (shown && sameDesired(shown, desired)) return { kind: 'proven', status: written.status }
      if (shown) return noEffect(written.status, 'the answer')

      const read = await readMember(baseUrl, member, http, 'after')
      if (!read.ok) return read.effect
      const after = stateOf(read.member)
      if (after && sameDesired(after, desired)) return { kind: 'proven', status: read.status }
      return noEffect(read.status, 'the read-back')
    },
    read: async (member, http): Promise<Reading> => {
      const read = await readMember(baseUrl, member, http, 'before')
      if (!read.ok) return unread(read.effect)
      if (read.member === undefined) return { kind: 'absent' }
      const state = stateOf(read.member)
      return state
        ? { kind: 'holds', state }
        : { kind: 'unread', detail: 'the list leaves out the groups or the owner flag' }
    },
  }
}

/** The state that a membership record shows; undefined when it leaves out a part of it. */
function stateOf(json: unknown): Desired | undefined {
  const record = asObject(json)
  if (typeof record?.owner !== 'boolean' || !Array.isArray(record.groups)) return undefined
  const ids = record.groups.map(group => idOf(group)?.toLowerCase())
  if (!ids.every(id => id !== undefined)) return undefined
  return { groupIds: [...new Set(ids)].toSorted(), owner: record.owner }
}

const noEffect = (status: number, where: string) =>
  ({
    kind: 'refused',
    reason: 'no_effect',
    status,
    detail: `${where} does not show the wanted groups and owner flag`,
  }) as const
