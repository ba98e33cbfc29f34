import { memberParts, type TargetRequest, urlOf } from '../target.ts'

/** `{base}/organizations/{o}/members/{m}`, with further segments. */
export function memberUrl(baseUrl: string, member: string, ...rest: string[]): string {
  const [organization, membership] = memberParts(member)
  return urlOf(baseUrl, 'organizations', organization, 'members', membership, ...rest)
}

/** One page of an organization's members; `limit` is the most that a page holds. */
export function pageOf(baseUrl: string, organization: string, offset: number, limit: number): TargetRequest {
  const url = urlOf(baseUrl, 'organizations', organization, 'members')
  return { method: 'GET', url: `${url}?limit=${limit}&offset=${offset}` }
}

/** How an event's data names a member. */
export function naming(member: string): Record<string, string> {
  const [organizationId, membershipId] = memberParts(member)
  return { target: 'wacht', organizationId, membershipId }
}
