import * as v from 'valibot'
import { roleName } from '../../core/event/ids.ts'
import { table } from '../../core/reviewed-table.ts'
import type { SourceKind } from '../source-kind.ts'
import { challenge } from './okta-challenge.ts'
import type { OktaDeclaration } from './okta-declaration.ts'
import { translate } from './translate-okta.ts'
import { verify } from './verify-okta.ts'

/** By id only: a group's name can be changed, or given to another group, by people who may not assign roles. */
const groupId = v.pipe(
  v.string('must be a string'),
  v.regex(
    /^00g[0-9A-Za-z]{17}$/,
    'must be the id of an Okta group (00g and 17 letters or digits), not its name',
  ),
)

/** Okta's event hooks (https://developer.okta.com/docs/concepts/event-hooks/). */
export const okta: SourceKind<OktaDeclaration> = {
  name: 'okta',
  entries: {
    groups: table(
      groupId,
      v.strictObject(
        { added: roleName, removed: v.optional(roleName) },
        'must be an object with added and removed',
      ),
      'must be an object of groups, by their ids',
    ),
  },
  roles: ({ groups }) =>
    Object.entries(groups).flatMap(([id, { added, removed }]) => [
      { path: ['groups', id, 'added'], role: added },
      ...(removed === undefined ? [] : [{ path: ['groups', id, 'removed'], role: removed, after: added }]),
    ]),
  token: {
    // What a header's value can be: visible ASCII, spaces only inside.
    schema: v.pipe(v.string(), v.regex(/^[\x21-\x7e][\x20-\x7e]{14,}[\x21-\x7e]$/)),
    words: 'the value of the Authorization header: 16 or more visible ASCII characters',
  },
  verify,
  challenge,
  translate,
}
