import * as v from 'valibot'
import { roleName } from '../../core/event/ids.ts'
import { table } from '../../core/reviewed-table.ts'
import type { SourceKind } from '../source-kind.ts'
import type { CloudEventsDeclaration } from './cloudevents-declaration.ts'
import { translate } from './translate-cloudevents.ts'
import { isKey, verify } from './verify-cloudevents.ts'

/** Whoever can send the event of the contract and sign it by Standard Webhooks. */
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
