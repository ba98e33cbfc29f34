/**
 * Whether a text is a base URL that paths can be appended to as it stands: http or https, without credentials, query or
 * fragment, and spelled as the URL standard spells it (no white space, no capital scheme).
 */
export function isBaseUrl(text: string): boolean {
  const url = URL.parse(text)
  if (url === null || !/^https?:\/\/[^\s?#\\]+$/.test(text)) return false
  return url.username === '' && url.password === ''
}
