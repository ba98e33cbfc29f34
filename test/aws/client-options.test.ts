import { describe, expect, test } from '@jest/globals'
import { clientOptions } from '../../functions/aws/client-options.ts'
import { letterOptions } from '../../functions/aws/dead-letter-queue.ts'
import { credentialDefaultProvider, defaultProvider } from '../../functions/aws/env-credentials.ts'
import { sha256 } from '../../functions/aws/sha256.ts'

describe('a client of a function', () => {
  test('gives up on a silent service within seconds: an invocation keeps time to end in order', async () => {
    const { maxAttempts, requestHandler } = clientOptions
    expect(
      maxAttempts * (requestHandler.connectionTimeout + requestHandler.requestTimeout),
    ).toBeLessThanOrEqual(4000)
    expect(requestHandler.throwOnRequestTimeout).toBe(true)
  })
  test('waits longer for letters: SQS takes a second to ask all its servers, and its answer must not be lost', () => {
    const { maxAttempts, requestHandler } = letterOptions
    expect({ maxAttempts, requestHandler }).toEqual({
      maxAttempts: clientOptions.maxAttempts,
      requestHandler: { ...clientOptions.requestHandler, requestTimeout: 5000 },
    })
  })
})

test.each([defaultProvider, credentialDefaultProvider])(
  'its credentials are those of the environment',
  async of => {
    const names = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret', AWS_SESSION_TOKEN: 'session' }
    const before = { ...process.env }
    Object.assign(process.env, names)
    const credentials = await of()()
    for (const name of Object.keys(names)) delete process.env[name]
    Object.assign(process.env, before)
    expect(credentials).toMatchObject({
      accessKeyId: 'id',
      secretAccessKey: 'secret',
      sessionToken: 'session',
    })
  },
)

test('a hash is SHA-256 in hexadecimal digits', () => {
  expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
})
