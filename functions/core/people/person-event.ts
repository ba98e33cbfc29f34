import * as v from 'valibot'
import { bodyOf } from '../event/event-body.ts'
import { roleName } from '../event/ids.ts'
import type { Scope } from '../event/role-catalogue.ts'
import type { Version } from '../event/version.ts'

/** The `target` of an event that names a person instead of a member; no target may bear this name. */
export const personTarget = 'person'

/** An event that names a person: its members are still to be found, where the catalogue has the role. */
export interface Lookup {
  /** As `foldEmail` spells it. */
  readonly email: string
  readonly role: string
  /** Where to look: every scope that the catalogue names for the role. */
  readonly scopes: readonly Scope[]
  readonly version: Version
  /** The attributes that the events of its members take over as they are. */
  readonly attributes: Readonly<Record<string, string>>
}

const rule = 'must be an e-mail address'

/** ASCII alone, as HTML forms take it: an address that merely looks like another one is not one (RFC 6531 is left out). */
export const email = v.pipe(
  v.string(rule),
  v.maxLength(254, 'must be at most 254 characters'), // RFC 5321, 4.5.3.1.3, without its brackets
  v.regex(v.RFC_EMAIL_REGEX, rule),
)

/** `data` of an event that names a person. */
export const personData = v.strictObject(
  { person: v.strictObject({ email }, 'must be an object'), role: roleName },
  'must be an object',
)

export type PersonData = v.InferOutput<typeof personData>

/**
 * One spelling for addresses that are the same but for the case of their letters: those of ASCII alone, for other letters
 * fold into them too (the Kelvin sign becomes a k).
 */
export const foldEmail = (text: string): string => text.replace(/[A-Z]/g, letter => letter.toLowerCase())

/** The scope of a member by its name: `wacht/<organizationId>/<membershipId>` is in `wacht/<organizationId>`. */
export const scopeOf = (member: string): string => member.split('/').slice(0, 2).join('/')

/** The name of a scope. */
export const scopeName = ({ target, scope }: Scope): string => `${target}/${scope}`

/** The keyed hash by which a person is remembered: HMAC-SHA256 in base64url. */
export const isPersonKey = (text: unknown): text is string =>
  typeof text === 'string' && /^[\w-]{43}$/.test(text)

/**
 * The event of one of the person's members: the same source, time and sequence, an id of its own that is the same each time,
 * and the original as its cause (CloudEvents correlation extension). `names` are the data fields that name the member;
 * `hash` shortens an id that would be too long.
 */
export function eventOfMember(
  { attributes, version: { id }, role }: Lookup,
  member: string,
  names: Readonly<Record<string, string>>,
  personKey: string | undefined,
  hash: (text: string) => string,
): string {
  const own = `${id}/${member}`
  return bodyOf({
    ...attributes,
    id: own.length > 256 ? hash(own) : own,
    causationid: id,
    personkey: personKey, // left out by JSON where there is none
    data: { ...names, role },
  })
}
