/**
 * Text from a target or an event without what must not be kept: tokens, e-mail addresses, telephone numbers. It leans to
 * the safe side and may take out more than it must; ids (UUIDs and i64s) stay readable, operators need them.
 */
export function redact(text: string): string {
  return text
    .replace(
      /\b(bearer|basic|token|api[-_ ]?key|authorization|secret|password)\b(["'\s:=]+)[^\s"',;}]+/gi,
      '$1$2[secret]',
    )
    .replace(/\b[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}\b/g, '[secret]') // JSON Web Tokens
    .replace(/\b[A-Za-z]{2,12}_[\w-]{12,}\b/g, '[secret]') // prefixed keys: sk_live_…, ghp_…, wk_…
    .replace(/[^\s@"'<>(),;:]+@[^\s@"'<>(),;:]+/g, '[e-mail]')
    .replace(uuidOrNumber, match => (isTelephone(match) ? '[telephone]' : match))
}

/** UUIDs are matched first, whole, so that no part of one is taken for a number. */
const uuidOrNumber = /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\+?\(?\d(?:[\s().\-/]*\d){6,}/gi

/** E.164: at most 15 digits; shorter than 7 is no number one can call. An i64 id of the targets has 16 to 19. */
function isTelephone(text: string): boolean {
  if (/^[0-9a-f]{8}-[0-9a-f]{4}-/i.test(text)) return false
  const digits = text.replace(/\D/g, '').length
  return digits <= 15 || text.startsWith('+') || /[\s().\-/]/.test(text)
}
