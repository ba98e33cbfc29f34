import { sourcePath } from '../../../functions/intake/source-kinds.ts'

/** What a source sends to the intake. */
export interface Delivery {
  readonly source: string
  /** The request's headers, out of the source's token. */
  readonly headers: (token: string) => Readonly<Record<string, string>>
  readonly body: string
}

/** Where sources send to. */
export interface IntakeAddress {
  /** Absent where no source is declared. */
  readonly apiUrl?: string
  /** What each source signs with, by its name. */
  readonly sourceTokens: ReadonlyMap<string, string>
}

/** Sends what declared sources have to send, twice at the most, as Okta does; answers what was not taken, in words. */
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
    if (status !== 202) problems.push(`a delivery of ${source} was answered with ${status}`)
  }
  return problems
}
