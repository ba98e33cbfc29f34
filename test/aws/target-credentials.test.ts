import { afterEach, describe, expect, test } from '@jest/globals'
import { createCredentials, type ReadSecret, secretReader } from '../../functions/aws/target-credentials.ts'
import { startSecrets } from '../../infra/local/engines/secrets-manager-engine.ts'
import { localEnvironment } from '../support/aws.ts'

const secretOf = (token: unknown) => JSON.stringify({ token })

/** Credentials over a secret that a test changes, with a clock that a test moves. */
function vault(first: string | undefined | Error) {
  const world = { now: 1_000_000, secret: first, reads: 0, troubles: [] as string[] }
  const read: ReadSecret = async () => {
    world.reads++
    const { secret } = world
    await Promise.resolve()
    if (secret instanceof Error) throw secret
    return secret
  }
  const trouble = (what: string, error: unknown) => {
    world.troubles.push(`${what}: ${(error as Error).message}`)
  }
  return { world, ...createCredentials('wacht', read, () => world.now, trouble) }
}

describe('a token', () => {
  test('is read once, however many ask for it', async () => {
    const { token, world } = vault(secretOf('one'))
    expect(await Promise.all([token(), token(), token()])).toEqual(['one', 'one', 'one'])
    world.now += 86_400_000
    expect({ token: await token(), reads: world.reads }).toEqual({ token: 'one', reads: 1 })
  })
  test.each<[string, string | undefined]>([
    ['missing', undefined],
    ['empty', ''],
    ['not JSON', 'hunter2'],
    ['JSON of another form', '"hunter2"'],
    ['without a token', '{"key":"hunter2"}'],
    ['with an empty token', secretOf('')],
    ['with a token that is no text', secretOf(['hunter2'])],
    ['with a token that no header can bear', secretOf('hunter2\r\nx: y')],
    ['with a token in another script', secretOf('hunter2é')],
  ])('of a secret that is %s is none, with one clear line that does not show it', async (_, secret) => {
    const { token, world } = vault(secret)
    const words = /^the credentials of wacht must be JSON of the form \{"token":"…"\}/
    const failures = await Promise.allSettled([token(), token()])
    for (const failure of failures)
      expect(failure).toMatchObject({ status: 'rejected', reason: { message: expect.stringMatching(words) } })
    expect(world.troubles).toHaveLength(1)
    expect(world.troubles.join()).not.toContain('hunter2')
  })
  test('of a secret that cannot be read is none, and the error’s own words are not shown', async () => {
    const { token, world } = vault(Object.assign(new Error('hunter2'), { name: 'ResourceNotFoundException' }))
    const words = 'the credentials of wacht could not be read: ResourceNotFoundException'
    await expect(token()).rejects.toThrow(words)
    expect(world.troubles).toEqual([
      `secret of a target not readable; its messages are retried until it is: ${words}`,
    ])
  })
  test('that could not be read is asked for again after a second, not before', async () => {
    const { token, world } = vault(undefined)
    await expect(token()).rejects.toThrow()
    world.secret = secretOf('one')
    world.now += 999
    await expect(token()).rejects.toThrow()
    world.now += 1
    expect({ token: await token(), reads: world.reads }).toEqual({ token: 'one', reads: 2 })
  })
})

describe('a token that was rejected', () => {
  test('is read afresh, and the new one is kept', async () => {
    const { token, refreshed, world } = vault(secretOf('old'))
    await token()
    world.secret = secretOf('new')
    expect(await refreshed('old')).toBe('new')
    expect({ token: await token(), reads: world.reads }).toEqual({ token: 'new', reads: 2 })
  })
  test('and is the same still is no other: the call is not repeated with it', async () => {
    const { token, refreshed, world } = vault(secretOf('old'))
    await token()
    expect({ refreshed: await refreshed('old'), reads: world.reads }).toStrictEqual({
      refreshed: undefined,
      reads: 2,
    })
  })
  test('is read afresh once for all that were rejected at the same time', async () => {
    const { token, refreshed, world } = vault(secretOf('old'))
    await token()
    world.secret = secretOf('new')
    const all = await Promise.all(Array.from({ length: 10 }, () => refreshed('old')))
    expect({ all: new Set(all), reads: world.reads }).toEqual({ all: new Set(['new']), reads: 2 })
  })
  test('is read afresh at most once in 30 s', async () => {
    const { token, refreshed, world } = vault(secretOf('old'))
    await token()
    expect(await refreshed('old')).toBeUndefined()
    world.secret = secretOf('new')
    world.now += 29_999
    expect({ refreshed: await refreshed('old'), reads: world.reads }).toStrictEqual({
      refreshed: undefined,
      reads: 2,
    })
    world.now += 1
    expect({ refreshed: await refreshed('old'), reads: world.reads }).toEqual({ refreshed: 'new', reads: 3 })
  })
  test('a moment after another call had it refreshed is answered with the new one', async () => {
    const { token, refreshed, world } = vault(secretOf('old'))
    await token()
    world.secret = secretOf('new')
    await refreshed('old')
    expect({ refreshed: await refreshed('old'), reads: world.reads }).toEqual({ refreshed: 'new', reads: 2 })
  })
  test.each<[string, string | Error]>([
    ['cannot be read', new Error('down')],
    ['is broken', 'hunter2'],
  ])('stays when the secret %s', async (_, secret) => {
    const { token, refreshed, world } = vault(secretOf('old'))
    await token()
    world.secret = secret
    expect(await refreshed('old')).toBeUndefined()
    expect({ token: await token(), troubles: world.troubles.length }).toEqual({ token: 'old', troubles: 1 })
    world.secret = secretOf('new')
    world.now += 30_000
    expect(await refreshed('old')).toBe('new')
  })
})

test('the tokens of late are known: the last three, the present one among them', async () => {
  const { token, refreshed, tokens, world } = vault(secretOf('one'))
  expect(tokens()).toEqual([])
  await Promise.all([token(), token()])
  expect(tokens()).toEqual(['one'])
  for (const [before, after] of ['one', 'two', 'three', 'four'].map((name, n, all) => [name, all[n + 1]])) {
    world.now += 30_000
    world.secret = secretOf(after ?? before)
    await refreshed(before as string)
  }
  expect(tokens()).toEqual(['four', 'three', 'two'])
})

describe('over Secrets Manager', () => {
  const stops: (() => Promise<void> | void)[] = []
  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop()
  })
  const reader = async (name: string) => {
    const engine = await startSecrets(
      { port: 0, region: 'eu-central-1' },
      new Map([['known', secretOf('one')]]),
    )
    stops.push(engine.stop)
    return secretReader(name, { env: { ...localEnvironment, AWS_ENDPOINT_URL_SECRETS_MANAGER: engine.url } })
  }
  test('a secret is its string', async () => {
    expect(await (await reader('known'))()).toBe('{"token":"one"}')
  })
  test('one that does not exist cannot be read', async () => {
    const { token } = createCredentials('wacht', await reader('unknown'), Date.now, () => undefined)
    await expect(token()).rejects.toThrow('could not be read: ResourceNotFoundException')
  })
})
