import { memberParts, type TargetRequest, urlOf } from '../target.ts'

/** `{base}/organizations/{o}/members/{m}`, with further segments. */
export function memberUrl(baseUrl: string, member: string, ...rest: string[]): string {
  const [organization, membership] = memberParts(member)
  return urlOf(baseUrl, 'organizations', organization, 'members', membership, ...rest)
}

/** The request for one page of an organization's members. */
export function pageOf(baseUrl: string, organization: string, offset: number, limit: number): TargetRequest {
  const url = urlOf(baseUrl, 'organizations', organization, 'members')
  return { method: 'GET', url: `${url}?limit=${limit}&offset=${offset}` }
}

/** The fields of an event's data that name a member. */
export function naming(member: string): Record<string, string> {
  const [organizationId, membershipId] = memberParts(member)
  return { target: 'wacht', organizationId, membershipId }
}
