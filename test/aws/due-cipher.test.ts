import { expect, test } from '@jest/globals'
import { createDueCipher } from '../../functions/aws/due-cipher.ts'

/** A secret with its versions, newest first, and a cipher that reads it. Each cipher is an instance of its own. */
function secretOf(...versions: string[]) {
  const clock = { now: 100_000 }
  const troubles: string[] = []
  const read = (index: number) => async () => {
    if (versions[index] === undefined) throw new Error('ResourceNotFoundException')
    return JSON.stringify({ token: versions[index] })
  }
  return {
    ...{ clock, troubles, replace: (token: string) => versions.unshift(token) },
    cipher: () =>
      createDueCipher(
        read(0),
        read(1),
        () => clock.now,
        (what, error) => troubles.push(`${what}: ${(error as Error).message}`),
      ),
  }
}
const text = '{"data":{"person":{"email":"ada@example.com"}}}'

test('a text is opened under its own name alone', async () => {
  const cipher = secretOf('one').cipher()
  const sealed = await cipher.seal(text, '3/a')
  expect(Buffer.from(sealed, 'base64').toString('latin1')).not.toContain('ada')
  expect(await cipher.open(sealed, '3/a')).toBe(text)
  await expect(cipher.open(sealed, '3/b')).rejects.toThrow()
})

test('a text is encrypted differently each time', async () => {
  const { seal } = secretOf('one').cipher()
  expect(await seal(text, 'a')).not.toBe(await seal(text, 'a'))
})

test.each([
  ['a bit of it is another', (bytes: Buffer) => bytes.fill((bytes[20] as number) ^ 1, 20, 21)],
  ['its end is missing', (bytes: Buffer) => bytes.subarray(0, -1)],
  ['it is empty', () => Buffer.alloc(0)],
])('a text is not opened if %s', async (_, change) => {
  const cipher = secretOf('one', 'zero').cipher()
  const bytes = change(Buffer.from(await cipher.seal(text, 'a'), 'base64'))
  await expect(cipher.open(bytes.toString('base64'), 'a')).rejects.toThrow('no version of the key opens it')
})

test('after the secret was replaced, what either version encrypted is opened, also by an instance that knows the old one', async () => {
  const secret = secretOf('one')
  const old = secret.cipher()
  const before = await old.seal(text, 'a')
  secret.replace('two')
  const fresh = secret.cipher()
  const after = await fresh.seal(text, 'a')
  for (const cipher of [old, fresh])
    for (const sealed of [before, after]) expect(await cipher.open(sealed, 'a')).toBe(text)
})

test('after the secret was replaced twice, what its first version encrypted is not opened', async () => {
  const secret = secretOf('one')
  const sealed = await secret.cipher().seal(text, 'a')
  secret.replace('two')
  secret.replace('three')
  await expect(secret.cipher().open(sealed, 'a')).rejects.toThrow('no version of the key opens it')
})

test('where the secret cannot be read nothing is encrypted, and the log says so', async () => {
  const { cipher, troubles } = secretOf()
  await expect(cipher().seal(text, 'a')).rejects.toThrow('the credentials of due changes')
  expect(troubles).toEqual([
    expect.stringContaining('key of due changes not readable; changes that name a person wait until it is'),
  ])
})
