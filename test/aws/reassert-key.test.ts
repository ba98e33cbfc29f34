import { expect, test } from '@jest/globals'
import { createReassertKey, signWith } from '../../functions/aws/reassert-key.ts'

const text = 'a text'

/** A key from these secrets, the last of which stays. */
function keyOf(...secrets: (string | Error)[]) {
  const troubles: string[] = []
  const read = async () => {
    const secret = secrets.length > 1 ? secrets.shift() : secrets[0]
    if (secret instanceof Error) throw secret
    return JSON.stringify({ token: secret })
  }
  const key = createReassertKey(
    read,
    () => 1000,
    (what, error) => troubles.push(`${what}: ${(error as Error).message}`),
  )
  return { ...key, troubles }
}

test('a signature is the HMAC-SHA256 of a text', async () => {
  // RFC 4231, test case 2.
  const signed = '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'
  expect(signWith('Jefe')('what do ya want for nothing?')).toBe(signed)
  expect((await keyOf('Jefe').signer())('what do ya want for nothing?')).toBe(signed)
})

test('a text is verified by its own signature alone', async () => {
  const { signer, verify } = keyOf('one')
  const signature = (await signer())(text)
  expect(await verify(text, signature)).toBe(true)
  for (const [other, by] of [
    ['another text', signature],
    [text, signWith('two')(text)],
    [text, ''],
    [text, signature.slice(1)],
    [text, `é${signature.slice(1)}`],
  ] as const)
    expect(await verify(other, by)).toBe(false)
})

test('a key that was replaced is read again', async () => {
  const { verify } = keyOf('one', 'two')
  expect(await verify(text, signWith('one')(text))).toBe(true)
  expect(await verify(text, signWith('two')(text))).toBe(true)
  expect(await verify(text, signWith('one')(text))).toBe(false)
})

test('where the secret cannot be read nothing is verified, and the log says so', async () => {
  const { verify, troubles } = keyOf(new Error('AccessDenied'))
  await expect(verify(text, signWith('one')(text))).rejects.toThrow('the credentials of re-assertions')
  expect(troubles).toEqual([
    expect.stringContaining('key of re-assertions not readable; they are retried until it is'),
  ])
})
