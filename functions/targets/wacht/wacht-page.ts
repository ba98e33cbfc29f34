import * as v from 'valibot'
import { i64 } from '../../core/event/ids.ts'
import { asObject } from '../../core/json.ts'
import {
  type Answer,
  type Answered,
  idOf,
  isAnsweredWell,
  notAList,
  type Unreadable,
} from '../../core/outcome/http-answer.ts'
import { memberParts } from '../target.ts'

/** A page of an organization's members, checked by `readable`. */
export interface WachtPage {
  readonly data: readonly unknown[]
  readonly has_more?: unknown
}

/**
 * Marks an answer as unreadable if its body is not a page of members, or if this member's roles in it are invalid. Invalid roles
 * of other members are ignored. A page without the member must have `has_more`, and at least one member if `has_more` is true;
 * otherwise the member does not count as absent.
 */
export function readable(answer: Answer, member: string): Answer {
  const page = recordsOnly(answer)
  if (!isPage(page)) return page
  const roles = rolesIn(page.json, member)
  if (roles) return roles.every(isId) ? page : notAList(page)
  const { has_more, data } = page.json
  return has_more === false || (has_more === true && data.length > 0) ? page : contradicting(page)
}

/** Marks an answer as unreadable if its body is not a page of members or has no `has_more`. */
export function saysWhetherMore(answer: Answer): Answer {
  const page = recordsOnly(answer)
  return isPage(page) && typeof page.json.has_more !== 'boolean' ? contradicting(page) : page
}

/** Marks an answer as an inconsistent list, for example `has_more` without members. */
export const contradicting = (answer: Answered): Answered => notAList(answer, 'an inconsistent list')

/** Marks a 2xx as unreadable if its body is not a page of records with ids: of members, unless `why` says otherwise. */
export const recordsOnly = (answer: Answer, why?: Unreadable['why']): Answer =>
  isAnsweredWell(answer) && !isPage(answer) ? notAList(answer, why) : answer

function isPage(answer: Answer): answer is Answered & { readonly json: WachtPage } {
  if (!isAnsweredWell(answer)) return false
  const page = asObject(answer.json)
  return Array.isArray(page?.data) && page.data.every(idOf)
}

/** The ids of a member's roles, `''` for an invalid one. Undefined if the page does not hold the member. */
export function rolesIn(page: WachtPage, member: string): string[] | undefined {
  const [, id] = memberParts(member)
  const found = page.data.find(item => idOf(item) === id)
  return found === undefined ? undefined : rolesOf(found)
}

/** The ids of the roles in a member's record, `''` for an invalid one. */
export function rolesOf(record: unknown): string[] {
  const roles = asObject(record)?.roles
  return Array.isArray(roles) ? roles.map(role => idOf(role) ?? '') : ['']
}

/** The names of a page's members. `member` gives the organization. */
export function membersIn({ data }: WachtPage, member: string): string[] {
  const [organization] = memberParts(member)
  return data.map(item => `wacht/${organization}/${idOf(item)}`)
}

/** Whether an id is safe in a path and in a log line. */
export const isId = (id: string): boolean => v.is(i64, id)
