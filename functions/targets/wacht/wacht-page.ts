import * as v from 'valibot'
import { i64 } from '../../core/event/ids.ts'
import { asObject } from '../../core/json.ts'
import { type Answer, type Answered, idOf, isSuccess, notAList } from '../../core/outcome/http-answer.ts'
import { memberParts } from '../target.ts'

/** A page of an organization's members, as `readable` has let it through. */
export interface WachtPage {
  readonly data: readonly unknown[]
  readonly has_more?: unknown
}

/**
 * The answer, unreadable when its body is not a page of members, or when this member's roles cannot be read in it. What is odd
 * about others is nothing to this member. A page without the member must say whether more follow, and show somebody if so:
 * absence is believed of no other.
 */
export function readable(answer: Answer, member: string): Answer {
  const page = membersOnly(answer)
  if (!isPage(page)) return page
  const roles = rolesIn(page.json, member)
  if (roles) return roles.every(isId) ? page : notAList(page)
  const { has_more, data } = page.json
  return has_more === false || (has_more === true && data.length > 0) ? page : contradicting(page)
}

/** The answer, unreadable when its body is not a page of members, or does not say whether more follow. */
export function saysWhetherMore(answer: Answer): Answer {
  const page = membersOnly(answer)
  return isPage(page) && typeof page.json.has_more !== 'boolean' ? contradicting(page) : page
}

/** The answer as one of a list that says that more members follow, and does not show them. */
export const contradicting = (answer: Answered): Answered =>
  notAList(answer, 'a list that contradicts itself')

/** The answer, unreadable when its body is not a page of members. An error keeps its words. */
export const membersOnly = (answer: Answer): Answer =>
  answer.kind === 'failed' || !isSuccess(answer.status) || isPage(answer) ? answer : notAList(answer)

function isPage(answer: Answer): answer is Answered & { readonly json: WachtPage } {
  if (answer.kind === 'failed' || !isSuccess(answer.status)) return false
  const page = asObject(answer.json)
  return Array.isArray(page?.data) && page.data.every(idOf)
}

/** The ids of a member's roles; undefined when the page does not hold the member, empty text for what is no id. */
export function rolesIn(page: WachtPage, member: string): string[] | undefined {
  const [, id] = memberParts(member)
  const found = page.data.find(item => idOf(item) === id)
  if (found === undefined) return undefined
  const { roles } = found as { roles?: unknown }
  return Array.isArray(roles) ? roles.map(role => idOf(role) ?? '') : ['']
}

/** The members of a page by name, those of the same organization as `member`. */
export function membersIn({ data }: WachtPage, member: string): string[] {
  const [organization] = memberParts(member)
  return data.map(item => `wacht/${organization}/${idOf(item)}`)
}

/** What can stand in a path, and in a line of a log. */
const isId = (id: string): boolean => v.is(i64, id)
