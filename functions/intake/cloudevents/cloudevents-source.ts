import { Webhook } from 'standardwebhooks'
import * as v from 'valibot'
import { roleName } from '../../core/event/ids.ts'
import { table } from '../../core/reviewed-table.ts'
import type { IntakeRequest, SourceKind } from '../source-kind.ts'
import { type CloudEventsDeclaration, translate } from './translate-cloudevents.ts'

/** A source that sends events of our contract and signs them by Standard Webhooks. */
export const cloudevents: SourceKind<CloudEventsDeclaration> = {
  name: 'cloudevents',
  entries: {
    roles: v.optional(table(roleName, roleName, 'must be an object from names of roles to catalogue roles')),
    source: v.optional(
      v.pipe(
        v.string('must be a string'),
        v.nonEmpty('must not be empty'),
        v.maxLength(512, 'must be at most 512 characters'),
      ),
    ),
  },
  roles: ({ roles = {} }) => Object.entries(roles).map(([name, role]) => ({ path: ['roles', name], role })),
  token: {
    schema: v.pipe(v.string(), v.check(isKey)),
    words: 'a key of Standard Webhooks: whsec_ and 24 to 64 bytes in base64',
  },
  verify,
  translate,
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
