import * as v from 'valibot'
import { type DatedData, dateFields, untilWithThen } from '../event/dates.ts'
import { bodyOf } from '../event/event-body.ts'
import { roleName } from '../event/ids.ts'
import type { Scope } from '../event/role-catalogue.ts'
import type { Version } from '../event/version.ts'

/** The `target` in logs and letters of an event that names a person. No target may have this name. */
export const personTarget = 'person'

/** An event that names a person. The person's members are not found yet. */
export interface Lookup {
  /** Folded by `foldEmail`. */
  readonly email: string
  readonly role: string
  /** The scopes to search: all that the catalogue has for the role. */
  readonly scopes: readonly Scope[]
  readonly version: Version
  /** The role takes access away, by the catalogue. */
  readonly withdraws?: true
  /** When it takes effect, in milliseconds since 1970, if that is ahead. */
  readonly due?: number
  /** The dates that the members' events inherit. */
  readonly dates?: DatedData
  /** The attributes that the members' events inherit. */
  readonly attributes: Readonly<Record<string, string>>
}

const rule = 'must be an e-mail address'

/** ASCII only, as in HTML forms: with other letters (RFC 6531) one address could look like another. */
export const email = v.pipe(
  v.string(rule),
  v.maxLength(254, 'must be at most 254 characters'), // RFC 5321, 4.5.3.1.3, without its brackets
  v.regex(v.RFC_EMAIL_REGEX, rule),
)

const personFields = v.strictObject(
  { person: v.strictObject({ email }, 'must be an object'), role: roleName, ...dateFields },
  'must be an object',
)

/** `data` of an event that names a person. */
export const personData = v.pipe(personFields, ...untilWithThen<v.InferOutput<typeof personFields>>())

export type PersonData = v.InferOutput<typeof personData>

/** Lower-cases the ASCII letters of an address. Full lower-casing would be unsafe: the Kelvin sign becomes a k. */
export const foldEmail = (text: string): string => text.replace(/[A-Z]/g, letter => letter.toLowerCase())

/** The name of a member's scope: `wacht/<organizationId>` for `wacht/<organizationId>/<membershipId>`. */
export const scopeOf = (member: string): string => member.split('/').slice(0, 2).join('/')

export const scopeName = ({ target, scope }: Scope): string => `${target}/${scope}`

/** The form of a person's key: HMAC-SHA256 in base64url. */
export const personKeyForm = /^[\w-]{43}$/

/** The form of a person's name in the guards file: the fingerprint of the secret of people, and the person's key. */
export const personNameForm = /^[\w-]{8}\.[\w-]{43}$/

/** The two parts of a person's name in the guards file. */
export function partsOfPerson(name: string): { readonly fingerprint: string; readonly key: string } {
  const [fingerprint = '', key = ''] = name.split('.')
  return { fingerprint, key }
}

/** Whether a value has the form of a person's key. */
export const isPersonKey = (text: unknown): text is string =>
  typeof text === 'string' && personKeyForm.test(text)

/**
 * The event for one member of the person: same source, time and sequence, a stable id of its own, and the original as
 * `causationid` (CloudEvents correlation extension). `names` are the data fields that name the member. `hash` shortens an id
 * that is too long.
 */
export function eventOfMember(
  { attributes, version: { id }, role, dates }: Lookup,
  member: string,
  names: Readonly<Record<string, string>>,
  personKey: string | undefined,
  hash: (text: string) => string,
): string {
  return bodyOf({
    ...attributes,
    id: eventIdOfMember(id, member, hash),
    causationid: id,
    personkey: personKey, // JSON drops it if undefined
    data: { ...names, role, ...dates },
  })
}

/** The id of the event for one member of a person, from the id of the person's event. `hash` shortens one that is too long. */
export function eventIdOfMember(id: string, member: string, hash: (text: string) => string): string {
  const own = `${id}/${member}`
  return own.length > 256 ? hash(own) : own
}
