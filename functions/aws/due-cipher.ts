import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { createCredentials, type ReadSecret } from './target-credentials.ts'

/** Encrypts the bodies of due items. Both methods reject if the key is not readable. */
export interface DueCipher {
  /** `name`: the key of the item. A text that is moved to another item cannot be opened there. */
  readonly seal: (text: string, name: string) => Promise<string>
  /** Rejects if no key opens it. */
  readonly open: (sealed: string, name: string) => Promise<string>
}

/** The bytes of the nonce and of the tag of AES-256-GCM (NIST SP 800-38D). */
const nonceBytes = 12
const tagBytes = 16

/**
 * AES-256-GCM by a secret of the form `{"token":"…"}`. What the secret's previous version encrypted can be opened too. Calls `trouble` for each
 * failed read of the current one.
 */
export function createDueCipher(
  read: ReadSecret,
  readPrevious: ReadSecret,
  now: () => number,
  trouble: (what: string, error: unknown) => void,
): DueCipher {
  const told = (_: string, error: unknown) =>
    trouble('key of due changes not readable; changes that name a person wait until it is', error)
  const current = createCredentials('due changes', read, now, told)
  const previous = createCredentials('due changes', readPrevious, now, () => {})

  async function* keys(): AsyncGenerator<string> {
    for (const { token, refreshed } of [current, previous]) {
      const known = await token()
      yield known
      const newer = await refreshed(known)
      if (newer !== undefined) yield newer
    }
  }
  return {
    seal: async (text, name) => {
      const nonce = randomBytes(nonceBytes)
      const cipher = createCipheriv('aes-256-gcm', keyOf(await current.token()), nonce).setAAD(
        Buffer.from(name),
      )
      const parts = [nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]
      return Buffer.concat(parts).toString('base64')
    },
    open: async (sealed, name) => {
      for await (const key of keys()) {
        const text = opened(Buffer.from(sealed, 'base64'), key, name)
        if (text !== undefined) return text
      }
      throw new Error('no version of the key opens it')
    },
  }
}

/** The text, or undefined if this key did not encrypt it under this name. */
function opened(sealed: Buffer, token: string, name: string): string | undefined {
  try {
    const decipher = createDecipheriv('aes-256-gcm', keyOf(token), sealed.subarray(0, nonceBytes), {
      authTagLength: tagBytes,
    })
    decipher.setAAD(Buffer.from(name)).setAuthTag(sealed.subarray(-tagBytes))
    return decipher.update(sealed.subarray(nonceBytes, -tagBytes), undefined, 'utf8') + decipher.final('utf8')
  } catch {
    return undefined
  }
}

/** The key of 256 bits from a token of any length (RFC 5869). */
const keyOf = (token: string): Buffer => Buffer.from(hkdfSync('sha256', token, '', 'role-sync due', 32))
