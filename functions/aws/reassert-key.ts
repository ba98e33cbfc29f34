import { createHmac, timingSafeEqual } from 'node:crypto'
import { createCredentials, type ReadSecret } from './target-credentials.ts'

/** Signs a text: HMAC-SHA256 in hexadecimal digits. */
export const signWith =
  (key: string) =>
  (text: string): string =>
    createHmac('sha256', key).update(text).digest('hex')

/**
 * The key of re-assertions, from a secret of the form `{"token":"…"}`. `verify`: whether the signature of a text is by this key, or by the
 * key that has replaced it. Each rejects if the secret is not readable. Calls `trouble` for each failed read.
 */
export function createReassertKey(
  read: ReadSecret,
  now: () => number,
  trouble: (what: string, error: unknown) => void,
) {
  const { token, refreshed } = createCredentials('re-assertions', read, now, (_, error) =>
    trouble('key of re-assertions not readable; they are retried until it is', error),
  )
  return {
    /** The function that signs texts. */
    signer: async () => signWith(await token()),
    verify: async (text: string, signature: string): Promise<boolean> => {
      const isBy = (key: string | undefined) =>
        key !== undefined && timingSafeEqual(Buffer.from(signWith(key)(text)), digitsOf(signature))
      const key = await token()
      return isBy(key) || isBy(await refreshed(key))
    },
  }
}

/** As many bytes as a signature has, whatever the text. */
const digitsOf = (signature: string): Buffer => Buffer.alloc(64, signature.slice(0, 64) || ' ')
