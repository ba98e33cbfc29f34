import { sourcePath } from '../../../functions/intake/source-kinds.ts'

/** A request of a source to the intake. */
export interface Delivery {
  readonly source: string
  /** The headers, signed with the source's token. */
  readonly headers: (token: string) => Readonly<Record<string, string>>
  readonly body: string
}

/** The address of the intake, and the tokens of its sources. */
export interface IntakeAddress {
  /** Absent if no source is declared. */
  readonly apiUrl?: string
  /** The token of each source, by name. */
  readonly sourceTokens: ReadonlyMap<string, string>
}

/** Sends the deliveries of declared sources, each at most twice, as Okta does. Returns the problems in words. */
export async function deliver(
  { apiUrl, sourceTokens }: IntakeAddress,
  deliveries: readonly Delivery[],
): Promise<string[]> {
  const problems: string[] = []
  for (const { source, headers, body } of deliveries) {
    const token = sourceTokens.get(source)
    if (apiUrl === undefined || token === undefined) continue
    const send = async () =>
      (await fetch(apiUrl + sourcePath(source), { method: 'POST', headers: headers(token), body })).status
    const first = await send()
    const status = first >= 500 ? await send() : first
    if (status !== 202) problems.push(`the intake answered a delivery of ${source} with ${status}`)
  }
  return problems
}
