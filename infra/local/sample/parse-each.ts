/** What an event's data may name. */
export type NamedIds = Readonly<
  Partial<Record<'target' | 'organizationId' | 'membershipId' | 'projectId' | 'memberId' | 'role', string>>
> & { readonly person?: { readonly email?: string } | null }

/** The data of each body that is an event, whether or not it is a valid one. */
export function parseEach(bodies: readonly string[]): NamedIds[] {
  return bodies.flatMap(body => {
    try {
      const data = (JSON.parse(body) as { data?: unknown } | null)?.data
      return typeof data === 'object' && data !== null ? [data as NamedIds] : []
    } catch {
      return []
    }
  })
}
