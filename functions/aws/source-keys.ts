import * as v from 'valibot'
import { type KeptSecret, keepSecret, type ReadSecret } from './cached-secret.ts'

/** What a source's deliveries are verified with. */
export interface SourceKeys {
  readonly token: string
  /** The one before: during a rotation deliveries may come with either. */
  readonly previous?: string | undefined
}

/** What a token of a source must look like, and the same in words that an error can show. */
export interface TokenForm {
  readonly schema: v.GenericSchema<unknown, string>
  readonly words: string
}

/** How long a token counts at the most after it was taken out of the secret, in milliseconds. */
const maxAgeMs = 300_000

/** The secret of a source, `{"token":"…","previous":"…"}`, kept for the life of the instance (see `KeptSecret`). */
export function createSourceKeys(
  source: string,
  token: TokenForm,
  read: ReadSecret,
  now: () => number,
  trouble: (what: string, error: unknown) => void,
): KeptSecret<SourceKeys> {
  const form = {
    maxAgeMs,
    schema: v.pipe(
      v.string(),
      v.parseJson(),
      v.strictObject({ token: token.schema, previous: v.optional(token.schema) }),
    ),
    words: `JSON of the form {"token":"…"}, during a rotation {"token":"…","previous":"…"}, each ${token.words}`,
  }
  const told = (error: unknown) => trouble('secret not readable; this source gets 503 until it is', error)
  return keepSecret(source, form, read, now, told)
}
