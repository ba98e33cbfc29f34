import { Webhook } from 'standardwebhooks'
import * as v from 'valibot'
import type { IntakeRequest, SourceKind } from './source-kind.ts'

/** The token and the verification of a kind whose senders sign by Standard Webhooks (https://www.standardwebhooks.com). */
export const standardWebhooks: Pick<SourceKind, 'token' | 'verify'> = {
  token: {
    schema: v.pipe(v.string(), v.check(isKey)),
    words: 'a key of Standard Webhooks: whsec_ and 24 to 64 bytes in base64',
  },
  verify,
}

const prefix = 'whsec_'

/**
 * Whether a text is a signing key: `whsec_` and 24 to 64 random bytes in base64
 * (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md).
 */
export function isKey(text: string): boolean {
  const encoded = text.slice(prefix.length)
  if (
    !text.startsWith(prefix) ||
    !/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(encoded)
  ) {
    return false
  }
  const { length } = Buffer.from(encoded, 'base64')
  return length >= 24 && length <= 64
}

/** Whether the request was signed with this key within the last five minutes. The library uses the system clock. */
function verify({ headers, body }: IntakeRequest, key: string): boolean {
  try {
    new Webhook(key).verify(body, headers, { jsonParse: false })
    return true
  } catch {
    return false
  }
}
