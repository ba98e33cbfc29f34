import * as v from 'valibot'

/** The name of a sender: a source of the intake (`intake/okta`), or the unique id of an IAM principal (`AROA…`). */
export const senderName = v.pipe(v.string(), v.regex(/^[A-Za-z0-9/_.-]{1,128}$/))

/**
 * A sender that a guard may name. The ids of AWS services, of the root account and of users of `GetFederationToken` stand for more than one
 * principal (IAM User Guide, unique identifiers).
 */
export const namedSender = v.pipe(
  v.string('must be the name of a sender'),
  v.regex(
    /^(?:intake\/[A-Za-z0-9_.-]{1,121}|A(?:ROA|IDA)[A-Z0-9]{1,124})$/,
    'must be intake/<source>, or the unique id of a role or user: AROA… or AIDA…',
  ),
)

/** The name of a source of the intake as a sender. */
export const intakeSender = (source: string): string => `intake/${source}`

/** The unique id of the principal in SQS's `SenderId`: for a role it has `:` and the name of the session behind it. Empty if there is none. */
export const principalOf = (senderId: string | undefined): string =>
  (senderId ?? '').split(':', 1)[0]?.slice(0, 128) ?? ''

/**
 * Who put a message on its queue. `senderId` is SQS's: the unique id of the principal, for a role with `:` and the name of its session,
 * which the session chose itself. Only of a `trusted` principal (a function of role-sync) the name is believed that the message's attribute
 * `sender` claims. Empty if SQS names nobody.
 */
export function senderOf(
  senderId: string | undefined,
  claimed: string | undefined,
  trusted: ReadonlySet<string>,
): string {
  const id = principalOf(senderId)
  return trusted.has(id) && v.is(senderName, claimed) ? claimed : id
}

/** A sender in a text that people read. */
export const senderText = (sender: string): string =>
  sender === '' ? 'an unknown sender' : `sender ${sender}`

/** The attribute by which a function of role-sync passes a sender on. None if the sender is not known. */
export const senderAttribute = (sender: string | undefined): { readonly sender?: string } =>
  sender ? { sender } : {}
