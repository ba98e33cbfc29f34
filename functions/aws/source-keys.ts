import * as v from 'valibot'
import { type KeptSecret, keepSecret, type ReadSecret } from './cached-secret.ts'

/** The tokens that verify a source's deliveries. */
export interface SourceKeys {
  readonly token: string
  /** The previous token: during a rotation, deliveries may use either. */
  readonly previous?: string | undefined
}

/** The form of a source's token: as a schema, and as words for errors. */
export interface TokenForm {
  readonly schema: v.GenericSchema<unknown, string>
  readonly words: string
}

/** How long a token is accepted at most after its removal from the secret, in milliseconds. */
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
  const failed = (error: unknown) => trouble('secret not readable; this source gets 503 until it is', error)
  return keepSecret(source, form, read, now, failed)
}
