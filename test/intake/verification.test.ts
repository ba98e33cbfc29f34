import { describe, expect, test } from '@jest/globals'
import { startIntake } from './fake-world.ts'
import { routed, type Sent } from './requests.ts'
import { cloudevents, okta, type SourceSubject, strange, subjects, token } from './subjects.ts'

/** Tokens that are all others, in the form that every kind takes. */
const keyOf = (text: string) => `whsec_${Buffer.alloc(32, text).toString('base64')}`

/** Every text that is the given one but for a little, by what is different. */
function nearMisses(text: string): [string, string][] {
  const indices = Array.from({ length: text.length }, (_, n) => n)
  const other = (letter: string) => (letter === 'x' ? 'y' : 'x')
  const swapped = (letter: string) =>
    letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase()
  const at = (n: number, change: (letter: string) => string) =>
    text.slice(0, n) + change(text.charAt(n)) + text.slice(n + 1)
  const all: [string, string][] = [
    ...indices.map((n): [string, string] => [`its first ${n} characters`, text.slice(0, n)]),
    ...indices.slice(1).map((n): [string, string] => [`what is left after ${n}`, text.slice(n)]),
    ...indices.map((n): [string, string] => [`another character at ${n}`, at(n, other)]),
    ...indices.map((n): [string, string] => [`another case at ${n}`, at(n, swapped)]),
    ...indices.map((n): [string, string] => [`no character at ${n}`, at(n, () => '')]),
    ...['x', '=', ' ', '\t', '\n', '\0', ',', ', x', text, `, ${text}`].map((more): [string, string] => [
      `${JSON.stringify(more)} behind it`,
      text + more,
    ]),
    ...['x', ' ', '\t', 'Bearer ', 'bearer ', 'Basic ', '"'].map((more): [string, string] => [
      `${JSON.stringify(more)} before it`,
      more + text,
    ]),
    ['upper case', text.toUpperCase()],
    ['lower case', text.toLowerCase()],
    ['base64 of it', Buffer.from(text).toString('base64')],
    ['a pattern', '.*'],
  ]
  return all.filter(([, near]) => near !== text)
}

describe('the authentication secret of Okta', () => {
  const { verify } = okta.declared.kind
  const bears = (headers: Record<string, string>) => verify({ method: 'POST', headers, body: '{}' }, token)

  test('is the whole value of the header, and nothing else is', () => {
    expect(bears({ authorization: token })).toBe(true)
    const near = nearMisses(token)
    expect(near.length).toBeGreaterThan(200)
    for (const [what, authorization] of near)
      expect({ what, bears: bears({ authorization }) }).toEqual({ what, bears: false })
  })
  test('stands in the one header: none other counts', () => {
    expect(bears({})).toBe(false)
    for (const name of ['proxy-authorization', 'x-authorization', 'cookie', 'www-authenticate', 'token'])
      expect({ name, bears: bears({ [name]: token }) }).toEqual({ name, bears: false })
  })
  test('is not taken for another: that of no source is that of any', () => {
    for (const other of [strange, keyOf('other'), 'undefined', 'null', '[object Object]'])
      expect({ other, bears: bears({ authorization: other }) }).toEqual({ other, bears: false })
  })
})

describe('a signature of Standard Webhooks', () => {
  const { verify } = cloudevents.declared.kind
  const body = cloudevents.documented
  const { headers } = cloudevents.sign(body, token)
  const signature = headers['webhook-signature'] as string
  const fits = (changed: Record<string, string>, of = body) =>
    verify({ method: 'POST', headers: { ...headers, ...changed }, body: of }, token)

  test('is the whole value behind its version, and nothing else is', () => {
    expect(fits({})).toBe(true)
    const [version = '', value = ''] = signature.split(',')
    for (const [what, near] of nearMisses(value)) {
      // What stands behind a space or a comma is another signature, and not part of this one.
      if (/[ ,]/.test(near.slice(value.length)) && near.startsWith(value)) continue
      const tried = fits({ 'webhook-signature': `${version},${near}` })
      expect({ what, tried }).toEqual({ what, tried: false })
    }
    for (const [what, near] of nearMisses(version))
      expect({ what, fits: fits({ 'webhook-signature': `${near},${value}` }) }).toEqual({
        what,
        fits: near.endsWith(' v1'),
      })
  })
  test('covers the whole body, the id and the time', () => {
    for (let n = 0; n < body.length; n += 7)
      expect(fits({}, `${body.slice(0, n)}${body.slice(n + 1)}`)).toBe(false)
    for (const other of ['', `${body} `, ` ${body}`, body.slice(0, -1)]) expect(fits({}, other)).toBe(false)
    const id = headers['webhook-id'] as string
    for (const [, near] of nearMisses(id)) expect(fits({ 'webhook-id': near })).toBe(false)
    const second = Number(headers['webhook-timestamp'])
    for (const other of [second - 1, second + 1, second * 1000, -second])
      expect(fits({ 'webhook-timestamp': String(other) })).toBe(false)
  })
  test.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'])('needs the header %s', name => {
    const { [name]: _, ...others } = headers
    expect(verify({ method: 'POST', headers: others, body }, token)).toBe(false)
    expect(fits({ [name]: '' })).toBe(false)
  })
  test('of another key fits not, also of one that differs in a bit', () => {
    const key = Buffer.from(token.slice(6), 'base64')
    for (let n = 0; n < key.length; n++) {
      const near = Buffer.from(key)
      near[n]! ^= 1
      expect(
        verify(
          cloudevents.sign(body, `whsec_${near.toString('base64')}`) as Sent & {
            method: string
            body: string
          },
          token,
        ),
      ).toBe(false)
    }
  })
})

describe.each(subjects.map(subject => [subject.declared.kind.name, subject] as const))(
  'during a rotation a delivery of %s',
  (_, { declared, sign, documented }: SourceSubject) => {
    const [a, b, c, d] = [keyOf('a'), keyOf('b'), keyOf('c'), keyOf('d')]
    const secretOf = (now: string, previous?: string) => JSON.stringify({ token: now, previous })
    /** An instance that knows one secret while another one is in Secrets Manager. */
    async function rotated(known: string, fresh: string) {
      const { post, world } = startIntake(declared)
      world.secret = known
      await post(sign(documented, strange)) // has the secret read, twice: a stranger's read counts
      world.now += 30_000
      world.secret = fresh
      const { reads } = world
      return { deliver: (key: string) => post(sign(documented, key)), read: () => world.reads - reads }
    }

    test.each<[string, string, number]>([
      ['the token that is known', a, 0],
      ['the previous one that is known', b, 0],
      ['the token that was put in since', c, 1],
      ['the previous one that was put in since', d, 1],
    ])('with %s is taken', async (_name, key, reads) => {
      const { deliver, read } = await rotated(secretOf(a, b), secretOf(c, d))
      expect(await deliver(key)).toMatchObject({ status: 202 })
      expect(read()).toBe(reads)
    })
    test('with none of the four is not', async () => {
      const { deliver } = await rotated(secretOf(a, b), secretOf(c, d))
      expect(await deliver(strange)).toEqual({ status: 401 })
    })
    test('with the old token is taken before and after the secret is read again', async () => {
      const { deliver } = await rotated(secretOf(a), secretOf(c, a))
      expect(await deliver(a)).toMatchObject({ status: 202 })
      expect(await deliver(c)).toMatchObject({ status: 202 })
      expect(await deliver(a)).toMatchObject({ status: 202 })
    })
    test('of one that is taken back is taken with the old token at once', async () => {
      const { deliver } = await rotated(secretOf(c, a), secretOf(a))
      expect(await deliver(a)).toMatchObject({ status: 202 })
    })
    test('with the old token is refused once that stands in neither place', async () => {
      const { deliver } = await rotated(secretOf(a, b), secretOf(c, d))
      expect(await deliver(c)).toMatchObject({ status: 202 })
      for (const old of [a, b]) expect(await deliver(old)).toEqual({ status: 401 })
    })
    test.each(['', 'x', ' '])(
      'is told to send again while `previous` is %p, which is no token',
      async previous => {
        const { post, world } = startIntake(declared)
        world.secret = secretOf(a, previous)
        expect(await post(sign(documented, a))).toEqual({ status: 503 })
        expect(world.records).toMatchObject([{ unavailable: 'secret' }])
      },
    )
  },
)

test('a challenge is verified as a delivery is: with every near miss of the secret it is refused', async () => {
  const { answer } = startIntake(okta.declared)
  for (const authorization of ['', token.slice(0, 1), token.slice(0, -1), `${token}x`, `Bearer ${token}`]) {
    const headers = { 'x-okta-verification-challenge': 'Zk9h', authorization }
    expect(await answer(routed('there', { method: 'GET', headers }))).toEqual({ statusCode: 401 })
  }
})
