import * as v from 'valibot'
import { uuid } from '../../core/event/ids.ts'
import { asObject } from '../../core/json.ts'
import { type Desired, sameDesired } from '../../core/ledger/desired-state.ts'
import { idOf } from '../../core/outcome/http-answer.ts'
import { aboutMember, isAccepted, judge, type ReadBack, settle } from '../../core/outcome/judge.ts'
import type { ListedMember, PeoplePage } from '../people-page.ts'
import {
  type Http,
  memberParts,
  type Reading,
  type Target,
  type TargetRequest,
  unread,
  urlOf,
} from '../target.ts'
import { createProjectPageReader } from './project-page.ts'
import { createMemberReader, type ReadMember } from './read-project-member.ts'

/**
 * One PUT, always with both groups and owner flag: without `owner` an owner is demoted. If the answer has no body, or lacks
 * `owner` or `groups` (the API page allows it), the member is read back.
 */
export function setGroups(givenUrl: string): Target {
  const baseUrl = givenUrl.replace(/\/+$/, '').replace(/\/api$/, '')
  const readMember = createMemberReader(baseUrl)
  const request = (member: string, { groupIds, owner }: Desired): TargetRequest => {
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
    tellsGone: true,
    request,
    apply: async (member, desired, http: Http) => {
      const written = aboutMember(
        judge('write', await http(request(member, desired))),
        memberParts(member)[1],
      )
      if (!isAccepted(written)) return written.effect
      const shown = written.ok && stateOf(written.json)
      return settle(
        [written],
        shown
          ? compareState(shown, desired, written.status, 'the answer')
          : await readBack(readMember, member, desired, http),
      )
    },
    read: async (member, http): Promise<Reading> => {
      const read = await readMember(member, http, 'before')
      if (!read.ok) return unread(read.effect)
      if (read.member === undefined) return { kind: 'absent' }
      const state = stateOf(read.member)
      return state
        ? { kind: 'holds', state }
        : { kind: 'unread', detail: 'the list leaves out the groups or the owner flag' }
    },
  }
}

/** The state that a membership record shows. Undefined if the groups or the owner flag are missing. */
function stateOf(json: unknown): Desired | undefined {
  const record = asObject(json)
  if (typeof record?.owner !== 'boolean' || !Array.isArray(record.groups)) return undefined
  const ids = record.groups.map(group => idOf(group)?.toLowerCase())
  if (!ids.every(id => id !== undefined)) return undefined
  return { groupIds: [...new Set(ids)].toSorted(), owner: record.owner }
}

function compareState(shown: Desired | undefined, wanted: Desired, status: number, where: string): ReadBack {
  if (shown && sameDesired(shown, wanted)) return { kind: 'wanted', status }
  return { kind: 'other', status, detail: `${where} does not show the wanted groups and owner flag` }
}

async function readBack(
  readMember: ReadMember,
  member: string,
  wanted: Desired,
  http: Http,
): Promise<ReadBack> {
  const read = await readMember(member, http, 'after')
  if (!read.ok) return { kind: 'failed', effect: read.effect }
  return compareState(stateOf(read.member), wanted, read.status, 'the read-back')
}

/** Lists the members of projects with their users' addresses (`{results, paginate}`, page from 1). */
function listPeople(baseUrl: string) {
  const readPage = createProjectPageReader(baseUrl)
  return async (projectId: string, offset: number, http: Http): Promise<PeoplePage> => {
    const read = await readPage(projectId, offset, http, 'before')
    if (!read.ok) return read
    const { results, next, total } = read
    const listed = results.flatMap(item => listedIn(item, projectId))
    const odd = results.length - listed.length
    const end = { ...(results.length > 0 && { next }), ...(total !== undefined && { total }) }
    return { ok: true, listed, ...end, ...(odd > 0 && { odd }) }
  }
}

/** The member, or none if its id is not valid in an event. */
function listedIn(item: unknown, projectId: string): ListedMember[] {
  const id = v.safeParse(uuid, idOf(item))
  if (!id.success) return []
  const email = asObject(asObject(item)?.user)?.email
  const state = stateOf(item)
  const shown = { ...(typeof email === 'string' && { email }), ...(state && { state }) }
  return [{ member: `project/${projectId}/${id.output}`, ...shown }]
}
