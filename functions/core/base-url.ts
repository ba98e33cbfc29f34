/**
 * Whether a text is a base URL to which paths can be appended: http or https, without credentials, query or fragment, and in
 * the standard's spelling (no white space, lower-case scheme).
 */
export function isBaseUrl(text: string): boolean {
  const url = URL.parse(text)
  if (url === null || !/^https?:\/\/[^\s?#\\]+$/.test(text)) return false
  return url.username === '' && url.password === ''
}
