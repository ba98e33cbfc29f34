/** What the peers read of a change's body: they trust their producers. */
export interface PeerChange {
  readonly id: string
  readonly data: { readonly organizationId: string; readonly membershipId: string; readonly roleId: string }
}

/** The path of a membership at the target. */
export const pathOf = ({ data }: PeerChange): string =>
  `/organizations/${data.organizationId}/members/${data.membershipId}`

/** The headers of a write. */
export const headers = {
  authorization: `Bearer ${process.env.WACHT_TOKEN}`,
  accept: 'application/json',
  'content-type': 'application/json',
}

/** The body of a write. */
export const writeOf = ({ data }: PeerChange) => ({ role_id: data.roleId })

/** How long a request may take, in milliseconds. */
export const timeoutMs = Number(process.env.REQUEST_TIMEOUT_MS)

/** The target's base URL. */
export const baseUrl = process.env.WACHT_URL as string

/** Writes a change with native fetch. Rejects unless the target took it. */
export async function writeByFetch(change: PeerChange): Promise<void> {
  const response = await fetch(baseUrl + pathOf(change), {
    method: 'PATCH',
    headers,
    body: JSON.stringify(writeOf(change)),
    signal: AbortSignal.timeout(timeoutMs),
  })
  if (!response.ok) throw new Error(`the target answered ${response.status}`)
  await response.json()
}
