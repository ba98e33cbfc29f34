import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { isBaseUrl } from '../../functions/core/base-url.ts'

test.each([
  'http://localhost:4600',
  'https://api.wacht.dev',
  'https://example.com/api/',
  'http://[::1]:80/a%20b',
])('a base URL: %s', text => expect(isBaseUrl(text)).toBe(true))

test.each([
  ['nothing', ''],
  ['no scheme', 'api.wacht.dev'],
  ['no host', 'https://'],
  ['a port that is none', 'https://example.com:99999'],
  ['another scheme', 'ftp://example.com'],
  ['a scheme that ends alike', 'xhttps://example.com'],
  ['a capital scheme', 'HTTPS://example.com'],
  ['one slash', 'https:/example.com'],
  ['a user', 'https://ann@example.com'],
  ['a password alone', 'https://:pw@example.com'],
  ['both', 'https://ann:pw@example.com'],
  ['a query', 'https://example.com?x=1'],
  ['an empty query', 'https://example.com?'],
  ['a fragment', 'https://example.com/#a'],
  ['white space before it', ' https://example.com'],
  ['white space after it', 'https://example.com '],
  ['a line break within', 'https://exam\nple.com'],
  ['a backslash', 'https://example.com\\api'],
])('no base URL: %s', (_, text) => expect(isBaseUrl(text)).toBe(false))

test('a path that is appended to a base URL is its path', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('http://a', 'https://b.example:8443/'),
      fc.stringMatching(/^[!-~]{0,9}$/),
      (host, path) => {
        const base = `${host}${path}`
        if (!isBaseUrl(base)) return
        expect(new URL(`${base}/organizations/7`).pathname).toMatch(/\/organizations\/7$/)
      },
    ),
  )
})
