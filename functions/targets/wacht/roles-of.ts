import type { Effect } from '../../core/effect.ts'
import { judge, type Phase } from '../../core/judge.ts'
import type { Http } from '../target.ts'
import { memberParts } from '../target.ts'
import { pageOf } from './member.ts'
import { membersIn, type Page, readable, rolesIn } from './page.ts'

/** A member's roles as the organization lists them; `roles` is undefined when the list does not hold the member. */
export type RolesRead =
  | { readonly ok: true; readonly status: number; readonly roles: readonly string[] | undefined }
  | { readonly ok: false; readonly effect: Effect }

export type ReadRoles = (member: string, http: Http, phase: Phase) => Promise<RolesRead>

const pageSize = 100

/** How many members' places are remembered. */
const mostPlaces = 100_000

/**
 * Reads the roles of one member from the list of its organization: Wacht has no read of one member. Where members stood is
 * remembered, and only where: each read is of a page of its own, but mostly of one. Those whose place nobody knows yet take
 * turns in going through the list, each from where the last one stopped, so that a batch goes through it once. A list of
 * several pages can shift while it is read: absence is believed only after a reading from its beginning to its end.
 */
export function createRolesReader(baseUrl: string): ReadRoles {
  const places = new Map<string, number>()
  const seenUpTo = new Map<string, number>()
  const turns = new Map<string, Promise<unknown>>()

  const readPage = async (member: string, offset: number, http: Http, phase: Phase) => {
    const [organization] = memberParts(member)
    const answer = await http(pageOf(baseUrl, organization, offset, pageSize))
    const judged = judge(phase, readable(answer, member))
    if (!judged.ok) return judged
    const page = judged.json as Page
    for (const name of membersIn(page, member)) remember(name, offset)
    const end = page.has_more !== true || page.data.length === 0
    return { ...judged, roles: rolesIn(page, member), next: end ? undefined : offset + page.data.length }
  }
  const remember = (name: string, offset: number) => {
    places.delete(name)
    places.set(name, offset)
    if (places.size > mostPlaces) places.delete(places.keys().next().value as string)
  }

  /** From an offset to the member or to the end of the list. */
  const scan = async (member: string, from: number, http: Http, phase: Phase): Promise<RolesRead> => {
    const [organization] = memberParts(member)
    for (let offset = from; ; ) {
      const read = await readPage(member, offset, http, phase)
      if (!read.ok) return read
      seenUpTo.set(organization, read.next ?? 0)
      if (read.roles || read.next === undefined) return { ok: true, status: read.status, roles: read.roles }
      offset = read.next
    }
  }

  return async (member, http, phase) => {
    const [organization] = memberParts(member)
    let whole = false
    while (!places.has(member) && !whole) {
      const turn = turns.get(organization)
      if (turn) await turn
      else {
        const from = seenUpTo.get(organization) ?? 0
        const mine = scan(member, from, http, phase).finally(() => turns.delete(organization))
        turns.set(organization, mine)
        const read = await mine
        if (!read.ok || read.roles) return read
        whole = true
      }
    }
    const place = places.get(member)
    if (place !== undefined) {
      const read = await readPage(member, place, http, phase)
      if (!read.ok || read.roles) return read
      places.delete(member)
    }
    return scan(member, 0, http, phase)
  }
}
