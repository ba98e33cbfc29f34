import { asObject } from './json.ts'

/**
 * Removes tokens, e-mail addresses and telephone numbers from text of a target or an event. It may remove more than
 * necessary. Ids (UUIDs, ULIDs, i64s and those of IAM principals) stay readable: operators need them. The text may be long, so every
 * pattern here takes linear time.
 */
export const redact = (text: string): string => cleaned(text, false)

/**
 * The same for an id or the URI of a source. Most contain numbers, so only a number with a leading plus counts as a telephone
 * number, and only mixed letters and digits as a key. Three long words with dots are a host, not a token.
 */
export const redactId = (id: string): string => cleaned(id, true)

/** The fields of a log line that hold ids of an event or a letter. */
const idFields: ReadonlySet<string> = new Set(['event', 'source', 'target', 'member', 'by', 'scope'])

/** A record with its ids and details redacted, at any depth. Every log of this system passes its records through here. */
export function redacted<T extends object>(record: T): T {
  const shown = ([name, value]: [string, unknown]) => {
    if (typeof value === 'string') {
      if (name === 'detail') return [name, redact(value)]
      return [name, idFields.has(name) ? redactId(value) : value]
    }
    return [name, asObject(value) ? redacted(value as object) : value]
  }
  return Object.fromEntries(Object.entries(record).map(shown)) as T
}

/**
 * An exception with its message, stack and causes redacted. Of its other fields only `code` and the SDK's `$metadata` stay.
 * Any other thrown value becomes an error.
 */
export function redactedError(thrown: unknown): Error {
  if (!Error.isError(thrown)) return new Error(redact(String(thrown)))
  const { name, stack, cause, code, $metadata } = thrown as Error & { code?: unknown; $metadata?: unknown }
  const message = redact(thrown.message)
  const shown = new Error(message, cause === undefined ? {} : { cause: redactedError(cause) })
  return Object.assign(shown, { name, stack: stack?.replaceAll(thrown.message, message), code, $metadata })
}

function cleaned(text: string, isId: boolean): string {
  const isPersonal = (number: string) => isTelephone(number) && (!isId || number.startsWith('+'))
  return text
    .replace(named, '$1$2[secret]')
    .replace(eMail, '[e-mail]')
    .replace(word, match => (holdsSecret(match, isId) ? '[secret]' : match))
    .replace(idOrNumber, match => (isPersonal(match) ? '[telephone]' : match))
}

/** A secret after its own name, in a header, a query or JSON. A scheme between the two is not part of the secret. */
const named =
  /(bearer|basic|token|api[-_ ]?key|authorization|secret|password)(["'\s:=]+)(?:(?:bearer|basic|token)\s+)?[^\s"',;}]+/gi

/** The lookbehind limits it to the start of a run of such characters. The @ may be URL-encoded. */
const eMail = /(?<![^\s@"<>(),;:])[^\s@"<>(),;:]+(?:@|%40)[^\s@"'<>(),;:]+/gi

const word = /[\w.+=~-]{15,}/g

/** JSON Web Tokens, keys with a prefix (sk_live_…, ghp_…), and long random text. */
function holdsSecret(text: string, isId: boolean): boolean {
  if (ulid.test(text) || principalId.test(text)) return false
  const parts = text.split('.')
  const isToken = (three: string[]) =>
    three.every(({ length }) => length >= 8) && (!isId || three.some(looksRandom))
  if (parts.some((_, n) => n > 1 && isToken(parts.slice(n - 2, n + 1)))) return true
  return text.split(/[.+=~]/).some(part => {
    const key = /(?:^|-)[A-Za-z]{2,12}_([\w-]{12,})/.exec(part)?.[1] ?? ''
    const random = isId ? key.split(/[_-]/).some(isMixed) : looksRandom(key)
    return random || part.split(/[_-]/).some(isOpaque)
  })
}

const ulid = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/

/** The unique id of a role or user of IAM: it names a sender, and is no secret. */
const principalId = /^A(?:ROA|IDA)[A-Z0-9]{16,17}$/

const looksRandom = (text: string): boolean => /\d/.test(text) || (/[a-z]/.test(text) && /[A-Z]/.test(text))

const isMixed = (text: string): boolean => text.length >= 8 && /\d/.test(text) && /[A-Za-z]/.test(text)

const isOpaque = (text: string): boolean => text.length >= 20 && isMixed(text)

/** UUIDs and i64s are matched first and whole, so no part of one counts as a telephone number. */
const idOrNumber =
  /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b\d{16,19}\b|\+?\(?(?!\d{16,19}\b)\d(?:\d|[\s().\-/\u2010-\u2015]+(?!\d{16,19}\b)\d){6,}/gi

/** E.164: a telephone number has 7 to 15 digits. An i64 id of the targets has 16 to 19. */
function isTelephone(text: string): boolean {
  if (/^[0-9a-f]{8}-[0-9a-f]{4}-/i.test(text)) return false
  return text.length <= 15 || /\D/.test(text)
}
