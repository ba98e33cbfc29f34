/**
 * Text from a target or an event without what must not be kept: tokens, e-mail addresses, telephone numbers. It leans to
 * the safe side and may take out more than it must; ids (UUIDs and i64s) stay readable, operators need them. The text
 * comes from outside and may be long: every pattern here takes linear time.
 */
export function redact(text: string): string {
  return text
    .replace(named, '$1$2[secret]')
    .replace(eMail, '[e-mail]')
    .replace(word, match => (holdsSecret(match) ? '[secret]' : match))
    .replace(idOrNumber, match => (isTelephone(match) ? '[telephone]' : match))
}

/** What stands behind its own name, in a header, a query or JSON; a scheme between the two is not the secret. */
const named =
  /(bearer|basic|token|api[-_ ]?key|authorization|secret|password)(["'\s:=]+)(?:(?:bearer|basic|token)\s+)?[^\s"',;}]+/gi

/** Tried only where a run of such characters begins. */
const eMail = /(?<![^\s@"<>(),;:])[^\s@"<>(),;:]+@[^\s@"'<>(),;:]+/g

const word = /[\w.+=~-]{15,}/g

/** JSON Web Tokens, keys with a prefix (sk_live_…, ghp_…), and long random text. */
function holdsSecret(text: string): boolean {
  const parts = text.split('.')
  if (parts.some((_, n) => n > 1 && parts.slice(n - 2, n + 1).every(part => part.length >= 8))) return true
  return text.split(/[.+=~]/).some(part => {
    const key = /(?:^|-)[A-Za-z]{2,12}_([\w-]{12,})/.exec(part)?.[1] ?? ''
    return looksRandom(key) || part.split(/[_-]/).some(isOpaque)
  })
}

const looksRandom = (text: string): boolean => /\d/.test(text) || (/[a-z]/.test(text) && /[A-Z]/.test(text))

const isOpaque = (text: string): boolean => text.length >= 20 && /\d/.test(text) && /[A-Za-z]/.test(text)

/** UUIDs and i64s are matched first, whole, and end a number: no part of one is taken for one. */
const idOrNumber =
  /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b\d{16,19}\b|\+?\(?(?!\d{16,19}\b)\d(?:\d|[\s().\-/\u2010-\u2015]+(?!\d{16,19}\b)\d){6,}/gi

/** E.164: at most 15 digits; shorter than 7 is no number one can call. An i64 id of the targets has 16 to 19. */
function isTelephone(text: string): boolean {
  if (/^[0-9a-f]{8}-[0-9a-f]{4}-/i.test(text)) return false
  return text.length <= 15 || /\D/.test(text)
}
