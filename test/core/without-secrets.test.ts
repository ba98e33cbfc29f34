import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { withoutSecrets } from '../../functions/core/without-secrets.ts'
import { anyCharacter } from '../support/text.ts'

const secret = 'a"b\\c/d+E-Zq7xKp9v<&>\'z'
const percent = (text: string, hex: (code: string) => string = code => code) =>
  [...text].map(character => `%${hex(character.charCodeAt(0).toString(16).padStart(2, '0'))}`).join('')
const unicode = (text: string) =>
  [...text].map(character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')
const html = (text: string) =>
  text.replace(/[^a-z0-9]/gi, character =>
    character === '"' ? '&quot;' : character === '/' ? '&#x2F;' : `&#${character.charCodeAt(0)};`,
  )
const names: Record<string, string> = {
  '&': 'amp',
  '<': 'lt',
  '>': 'gt',
  '"': 'quot',
  "'": 'apos',
  '\\': '#92',
}
const htmlNames = (text: string) => text.replace(/[&<>"'\\]/g, character => `&${names[character]};`)

/** The ways in which a target may write what it was sent. */
const spellings: readonly (readonly [name: string, spell: (text: string) => string])[] = [
  ['as it is', text => text],
  ['in capitals', text => text.toUpperCase()],
  ['as JSON', text => JSON.stringify(text).slice(1, -1)],
  ['as JSON with escaped slashes', text => JSON.stringify(text).slice(1, -1).replaceAll('/', '\\/')],
  ['as JSON in JSON', text => JSON.stringify(JSON.stringify(text)).slice(3, -3)],
  ['in escapes of JSON', unicode],
  ['in escapes of JSON with capitals', text => unicode(text).toUpperCase().replaceAll('\\U', '\\u')],
  ['for a URL', encodeURIComponent],
  ['for a URL, all of it', text => percent(text)],
  ['for a URL, all of it, in capitals', text => percent(text, code => code.toUpperCase())],
  ['for a URL, twice', text => encodeURIComponent(encodeURIComponent(text))],
  ['for a URL, three times', text => encodeURIComponent(encodeURIComponent(percent(text)))],
  [
    'for a URL, four times',
    text => encodeURIComponent(encodeURIComponent(encodeURIComponent(percent(text)))),
  ],
  ['in two digits as in JavaScript', text => percent(text).replaceAll('%', '\\x')],
  ['for HTML', html],
  ['for HTML by names', htmlNames],
  ['for a URL, in JSON', text => unicode(percent(text))],
]

describe.each(spellings)('a secret that is spelled %s', (_, spell) => {
  test('goes, and nothing beside it', () => {
    for (const [before, after] of [
      ['', ''],
      ['no: ', ' is not allowed'],
      ['?key=', '&x=1'],
    ]) {
      expect(withoutSecrets(`${before}${spell(secret)}${after}`, ['other', secret])).toBe(
        `${before}[secret]${after}`,
      )
    }
  })
  test('goes where only 8 characters in a row of it are there', () => {
    for (let at = 0; at + 8 <= secret.length; at++) {
      const piece = spell(secret.slice(at, at + 8))
      expect(withoutSecrets(`no: ${piece}, sorry`, [secret])).toBe('no: [secret], sorry')
    }
  })
})

describe('in base64', () => {
  test.each(['', 'u', 'us', 'user:'])(
    'a secret after %j goes but for what its neighbours have part in',
    before => {
      for (const form of ['base64', 'base64url'] as const) {
        const clean = withoutSecrets(Buffer.from(`${before}${secret}:x`).toString(form), [secret])
        const [head = '', tail = ''] = clean.split('[secret]')
        expect(head.length).toBeLessThanOrEqual(before.length * 2)
        expect(tail.length).toBeLessThanOrEqual(8)
      }
    },
  )
})

test('what is escaped five times over stays', () => {
  const text = [1, 2, 3, 4].reduce(spelled => encodeURIComponent(spelled), percent(secret))
  expect(withoutSecrets(text, [secret])).toBe(text)
})

test('seven characters of it in a row tell too little', () => {
  for (let at = 0; at + 7 <= secret.length; at++) {
    const text = `!${secret.slice(at, at + 7)}!`
    expect(withoutSecrets(text, [secret])).toBe(text)
  }
})

test('of a short secret all of it goes, and no part', () => {
  expect(withoutSecrets('abcdef, abcde, %61bcdef', ['abcdef'])).toBe('[secret], abcde, [secret]')
  expect(withoutSecrets('abc', ['', 'x'])).toBe('abc')
  expect(withoutSecrets('abc x', ['x'])).toBe('abc [secret]')
})

test.each([
  ['!!!!%01/', '!!!!%01\\/'],
  ['sk-%41%42%43/tail', 'sk-%41%42%43\\/tail'],
  ['sk-\\u0041BC/tail', 'sk-\\u0041BC&#47;tail'],
  ['sk-%2541BC/tail', 'sk-%2541BC\\/tail'],
])(
  'a secret that has an escape in it goes, also where another character of it is escaped: %s',
  (secret, spelled) => {
    expect(withoutSecrets(`no: ${spelled}, sorry`, [secret])).toBe('no: [secret], sorry')
  },
)

test('every secret goes, also where two overlap or touch', () => {
  expect(withoutSecrets('12345678abcdefgh', ['12345678', 'abcdefgh'])).toBe('[secret]')
  expect(withoutSecrets('12345678 abcdefgh', ['12345678', 'abcdefgh'])).toBe('[secret] [secret]')
  expect(withoutSecrets('1234567890', ['12345678', '34567890'])).toBe('[secret]')
})

const visible = fc.stringMatching(/^[!-~]{8,60}$/)
const around = fc.string({ unit: anyCharacter, maxLength: 20 })

test('no secret survives in any spelling, wherever it stands', () => {
  fc.assert(
    fc.property(visible, around, around, fc.constantFrom(...spellings), (token, before, after, [, spell]) => {
      const clean = withoutSecrets(`${before}${spell(token)}${after}`, [token])
      expect(clean).toContain('[secret]')
      expect(clean).not.toContain(spell(token))
    }),
    { numRuns: 500 },
  )
})

test('text that holds nothing of it stays as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter }), text => {
      expect(withoutSecrets(text, ['\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007'])).toBe(text)
    }),
  )
})
