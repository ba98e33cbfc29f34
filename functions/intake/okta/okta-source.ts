import { createHash, timingSafeEqual } from 'node:crypto'
import * as v from 'valibot'
import { roleName } from '../../core/event/ids.ts'
import { table } from '../../core/reviewed-table.ts'
import type { Challenged, IntakeRequest, SourceKind } from '../source-kind.ts'
import { type OktaDeclaration, translate } from './translate-okta.ts'

/** Groups are named by id only. People without permission to assign roles can change a group's name. */
const groupId = v.pipe(
  v.string('must be a string'),
  v.regex(
    /^00g[0-9A-Za-z]{17}$/,
    'must be the id of an Okta group (00g and 17 letters or digits), not its name',
  ),
)

const header = 'x-okta-verification-challenge'

/** Okta's one-time verification of an event hook: the answer returns the header's value in `verification`. */
function challenge({ headers }: IntakeRequest): Challenged {
  const verification = headers[header]
  return verification
    ? { ok: true, answer: { verification } }
    : { ok: false, detail: `(${header}): is missing` }
}

/**
 * Whether the request has the event hook's authentication secret. Okta sends it with every request, the challenge included. The
 * comparison uses digests of one length, so that it does not reveal the secret's length.
 */
const verify = ({ headers }: IntakeRequest, token: string): boolean =>
  timingSafeEqual(digest(headers.authorization ?? ''), digest(token))

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

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
    // The valid values of a header: visible ASCII, spaces only inside.
    schema: v.pipe(v.string(), v.regex(/^[\x21-\x7e][\x20-\x7e]{14,}[\x21-\x7e]$/)),
    words: 'the value of the Authorization header: 16 or more visible ASCII characters',
  },
  verify,
  challenge,
  translate,
}
