import { memberParts, type Request, urlOf } from '../target.ts'

/** `{base}/organizations/{o}/members/{m}`, with further segments. */
export function memberUrl(baseUrl: string, member: string, ...rest: string[]): string {
  const [organization, membership] = memberParts(member)
  return urlOf(baseUrl, 'organizations', organization, 'members', membership, ...rest)
}

/** One page of an organization's members; `limit` is the most that a page holds. */
export function pageOf(baseUrl: string, member: string, offset: number, limit: number): Request {
  const [organization] = memberParts(member)
  const url = urlOf(baseUrl, 'organizations', organization, 'members')
  return { method: 'GET', url: `${url}?limit=${limit}&offset=${offset}` }
}
