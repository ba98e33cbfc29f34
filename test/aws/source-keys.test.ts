import { describe, expect, test } from '@jest/globals'
import * as v from 'valibot'
import { createSourceKeys } from '../../functions/aws/source-keys.ts'
import type { ReadSecret } from '../../functions/aws/target-credentials.ts'

const minutes = 60_000
const form = { schema: v.pipe(v.string(), v.minLength(3)), words: 'of three letters' }

/** The keys of a source over a secret that a test changes, with a clock that a test moves. */
function keysOf(secret: unknown) {
  const world = { now: 1_000_000, secret, reads: 0, fails: false, troubles: [] as string[] }
  const read: ReadSecret = async () => {
    world.reads++
    await Promise.resolve()
    if (world.fails) throw new Error('hunter2')
    return JSON.stringify(world.secret)
  }
  const trouble = (what: string, error: unknown) =>
    void world.troubles.push(`${what}: ${(error as Error).message}`)
  return { world, ...createSourceKeys('okta', form, read, () => world.now, trouble) }
}

describe('the keys of a source', () => {
  test('are its token, and during a rotation the one before as well', async () => {
    expect(await keysOf({ token: 'new' }).value()).toEqual({ token: 'new' })
    const both = { token: 'new', previous: 'old' }
    expect(await keysOf(both).value()).toEqual(both)
  })
  test.each([
    ['no token', { previous: 'old' }],
    ['a token of another form', { token: 'hu' }],
    ['an empty previous token, which would let anybody in', { token: 'new', previous: '' }],
    ['a previous token of another form', { token: 'new', previous: 'hu' }],
    ['a key with a typing error', { token: 'new', previuos: 'old' }],
    ['a text', 'new'],
  ])(
    'are none with %s: the sender is told to send again, and the words show no secret',
    async (_, secret) => {
      const { value, world } = keysOf(secret)
      const words =
        'JSON of the form {"token":"…"}, during a rotation {"token":"…","previous":"…"}, each of three letters'
      await expect(value()).rejects.toThrow(`the credentials of okta must be ${words}`)
      expect(world.troubles).toEqual([
        `secret not readable; this source gets 503 until it is: the credentials of okta must be ${words}`,
      ])
    },
  )
})

describe('a token that was taken out of the secret', () => {
  test('counts for five minutes and no longer', async () => {
    const { value, world } = keysOf({ token: 'new', previous: 'old' })
    await value()
    world.secret = { token: 'new' }
    world.now += 5 * minutes - 1
    expect({ value: await value(), reads: world.reads }).toEqual({
      value: { token: 'new', previous: 'old' },
      reads: 1,
    })
    world.now += 1
    expect({ value: await value(), reads: world.reads }).toEqual({ value: { token: 'new' }, reads: 2 })
    world.now += 5 * minutes
    await value()
    expect(world.reads).toBe(3)
  })
  test('counts on while the secret cannot be read, which is tried every five minutes', async () => {
    const { value, world } = keysOf({ token: 'new' })
    await value()
    Object.assign(world, { fails: true, secret: { token: 'newer' } })
    world.now += 5 * minutes
    expect({ value: await value(), reads: world.reads, troubles: world.troubles.length }).toEqual({
      value: { token: 'new' },
      reads: 2,
      troubles: 1,
    })
    expect({ value: await value(), reads: world.reads }).toEqual({ value: { token: 'new' }, reads: 2 })
    world.fails = false
    world.now += 5 * minutes
    expect({ value: await value(), reads: world.reads }).toEqual({ value: { token: 'newer' }, reads: 3 })
  })
  test('is read anew by one of many who ask at the same time', async () => {
    const { value, world } = keysOf({ token: 'new' })
    await value()
    world.now += 5 * minutes
    await Promise.all([value(), value(), value()])
    expect(world.reads).toBe(2)
  })
})

test('a token that is new to us is found at once, before the five minutes are over', async () => {
  const { value, refreshed, world } = keysOf({ token: 'old' })
  const known = await value()
  world.secret = { token: 'new', previous: 'old' }
  expect(await refreshed(known)).toEqual({ token: 'new', previous: 'old' })
  expect(await value()).toEqual({ token: 'new', previous: 'old' })
})
