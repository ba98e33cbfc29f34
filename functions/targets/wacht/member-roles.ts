import { BoundedMap } from '../../core/bounded-map.ts'
import type { Effect } from '../../core/outcome/effect.ts'
import { judge, type Phase } from '../../core/outcome/judge.ts'
import { createPartReader } from '../page-parts.ts'
import { type Http, memberParts } from '../target.ts'
import { pageOf } from './wacht-member.ts'
import { contradicting, membersIn, readable, rolesIn, type WachtPage } from './wacht-page.ts'

/** A member's roles as the organization lists them. `roles` is undefined if the member is not on the list. */
export type RolesRead =
  | { readonly ok: true; readonly status: number; readonly roles: readonly string[] | undefined }
  | { readonly ok: false; readonly effect: Effect; readonly isOneTooLarge?: boolean | undefined }

export type ReadRoles = (member: string, http: Http, phase: Phase) => Promise<RolesRead>

/** A page of a list: its offset and, if known, its size. */
interface ListPosition {
  readonly offset: number
  readonly size?: number
}

/**
 * Reads the roles of one member from the list of its organization: Wacht has no read of one member. The page of each member
 * is remembered, but not its content, so most reads are one fresh page. Members with an unknown page scan the list one after
 * the other, each from where the last scan stopped; so a batch reads the list once. A list of several pages can shift while
 * it is read, so absence needs a reading from beginning to end. `mostPlaces` limits how many members are remembered.
 */
export function createRolesReader(baseUrl: string, mostPlaces = 100_000): ReadRoles {
  const places = new BoundedMap<string, ListPosition>(mostPlaces)
  const seenUpTo = new Map<string, number>()
  const turns = new Map<string, Promise<unknown>>()
  const readPart = createPartReader()

  const readPage = async (member: string, { offset, size }: ListPosition, http: Http, phase: Phase) => {
    const [organization] = memberParts(member)
    const ask = (most: number) => http(pageOf(baseUrl, organization, offset, most))
    const part = await readPart(organization, ask, size)
    const judged = judge(phase, readable(part.answer, member))
    if (!judged.ok) return { ...judged, isOneTooLarge: part.isOneTooLarge }
    const page = judged.json as WachtPage
    const place = { offset, size: part.size }
    const names = membersIn(page, member)
    for (const name of names) places.set(name, place)
    const next = page.has_more === true ? offset + page.data.length : undefined
    return { ...judged, roles: rolesIn(page, member), names: names.join(), next }
  }
  /**
   * Reads from an offset to the member or to the end of the list. One member over the size limit is skipped; after that a
   * missing member does not count as absent. Two such members in a row end the scan: the target may ignore the page size and
   * send its whole list.
   */
  const scan = async (member: string, from: number, http: Http, phase: Phase): Promise<RolesRead> => {
    const [organization] = memberParts(member)
    let unread: { readonly read: RolesRead; readonly behind: number } | undefined
    for (let offset = from, shown: string | undefined; ; ) {
      const read = await readPage(member, { offset }, http, phase)
      if (!read.ok) {
        if (!read.isOneTooLarge || unread?.behind === offset) return { ok: false, effect: read.effect }
        offset += 1
        unread = { read, behind: offset }
        continue
      }
      if (read.names === shown) return repeating(read.status, phase)
      seenUpTo.set(organization, read.next ?? 0)
      if (read.roles) return { ok: true, status: read.status, roles: read.roles }
      if (read.next === undefined) return unread?.read ?? { ok: true, status: read.status, roles: undefined }
      offset = read.next
      shown = read.names
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
        if (read.ok ? read.roles : !read.isOneTooLarge) return read
        whole = true
      }
    }
    const place = places.get(member)
    if (place !== undefined) {
      const read = await readPage(member, place, http, phase)
      if (read.ok ? read.roles : !read.isOneTooLarge) return read
    }
    return scan(member, 0, http, phase)
  }
}

/** The result for a list that shows the same page at two offsets: it cannot be read. */
function repeating(status: number, phase: Phase): RolesRead {
  return judge(phase, contradicting({ kind: 'answered', status })) as Extract<RolesRead, { ok: false }>
}
