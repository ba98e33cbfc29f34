import { describe, expect, test } from '@jest/globals'
import * as v from 'valibot'
import { keepSecret } from '../../functions/aws/cached-secret.ts'

/** A secret whose every reading a test ends by hand, on a clock that a test moves. */
function vault(maxAgeMs?: number) {
  const world = { now: 1_000_000, troubles: 0 }
  const readings: PromiseWithResolvers<string | undefined>[] = []
  const read = () => {
    const reading = Promise.withResolvers<string | undefined>()
    readings.push(reading)
    return reading.promise
  }
  const form = { schema: v.string(), words: 'text', ...(maxAgeMs !== undefined && { maxAgeMs }) }
  const kept = keepSecret(
    'it',
    form,
    read,
    () => world.now,
    () => {
      world.troubles += 1
    },
  )
  /** Has the secret read for the first time. */
  const known = async (text: string) => {
    const first = kept.value()
    readings[0]!.resolve(text)
    return await first
  }
  return { ...kept, world, readings, known }
}
const settled = async (work: Promise<unknown>) => {
  const pending = Symbol('pending')
  // A reading is passed on over a few promises, no more.
  let rounds: Promise<unknown> = Promise.resolve()
  for (let n = 0; n < 20; n++) rounds = rounds.then(() => undefined)
  return (await Promise.race([work, rounds.then(() => pending)])) !== pending
}

describe('while a secret is read again for one who was rejected', () => {
  test('everybody else goes on with what is known: a stranger holds nobody up', async () => {
    const { value, refreshed, readings, known } = vault()
    const old = await known('old')
    const stranger = refreshed(old)
    expect(await settled(stranger)).toBe(false)
    expect(await value()).toBe('old')
    readings[1]!.resolve('new')
    expect(await stranger).toBe('new')
    expect(await value()).toBe('new')
  })
  test('others who were rejected wait for the same reading', async () => {
    const { refreshed, readings, known } = vault()
    const old = await known('old')
    const rejected = [refreshed(old), refreshed(old), refreshed(old)]
    for (const each of rejected) expect(await settled(each)).toBe(false)
    readings[1]!.resolve('new')
    expect(await Promise.all(rejected)).toEqual(['new', 'new', 'new'])
    expect(readings).toHaveLength(2)
  })
  test('which never ends, what is known counts on, and half a minute later it is read anew', async () => {
    const { value, refreshed, readings, known, world } = vault()
    const old = await known('old')
    expect(await settled(refreshed(old))).toBe(false)
    world.now += 29_999
    expect(await settled(refreshed(old))).toBe(false)
    expect({ readings: readings.length, value: await value() }).toEqual({ readings: 2, value: 'old' })
    world.now += 1
    const later = refreshed(old)
    expect(await settled(later)).toBe(false)
    readings[2]!.resolve('new')
    expect(await later).toBe('new')
    expect(await value()).toBe('new')
  })
  test('a reading that ends late takes nothing back that was read since', async () => {
    const { value, refreshed, readings, known, world } = vault(300_000)
    const old = await known('old')
    const late = refreshed(old)
    expect(await settled(late)).toBe(false)
    world.now += 300_000
    const renewed = value()
    readings[2]!.resolve('new')
    expect(await renewed).toBe('new')
    readings[1]!.reject(new Error('the connection went away meanwhile'))
    expect(await late).toBe('new')
    expect(await value()).toBe('new')
  })
})

describe('a secret with an age', () => {
  test('is read again when it has that age, and everybody waits: what was taken out must not count on', async () => {
    const { value, readings, known, world } = vault(300_000)
    await known('old')
    world.now += 299_999
    expect(await value()).toBe('old')
    world.now += 1
    const all = [value(), value()]
    for (const each of all) expect(await settled(each)).toBe(false)
    readings[1]!.resolve('new')
    expect(await Promise.all(all)).toEqual(['new', 'new'])
    expect(readings).toHaveLength(2)
  })
  test('that cannot be read then counts for as long again, and is told once', async () => {
    const { value, readings, known, world } = vault(300_000)
    await known('old')
    world.now += 300_000
    const renewed = value()
    readings[1]!.reject(new Error('down'))
    expect({ renewed: await renewed, troubles: world.troubles }).toEqual({ renewed: 'old', troubles: 1 })
    world.now += 299_999
    expect({ value: await value(), readings: readings.length }).toEqual({ value: 'old', readings: 2 })
  })
  test('is a reading older for every reading: a refresh counts as one', async () => {
    const { value, refreshed, readings, known, world } = vault(300_000)
    const old = await known('old')
    world.now += 200_000
    const rejected = refreshed(old)
    await settled(rejected)
    readings[1]!.resolve('new')
    await rejected
    world.now += 299_999
    expect({ value: await value(), readings: readings.length }).toEqual({ value: 'new', readings: 2 })
    world.now += 1
    void value()
    expect(readings).toHaveLength(3)
  })
})

describe('a first reading that fails', () => {
  test('is not repeated for a second, however long it took', async () => {
    const { value, readings, world } = vault(300_000)
    const first = value()
    world.now += 300_000
    readings[0]!.reject(new Error('down'))
    await expect(first).rejects.toThrow('the credentials of it could not be read: Error')
    world.now += 999
    await expect(value()).rejects.toThrow('the credentials of it could not be read: Error')
    expect(readings).toHaveLength(1)
    world.now += 1
    const second = value()
    readings[1]!.resolve('text')
    expect(await second).toBe('text')
  })
  test('without an error says so', async () => {
    const { value, readings } = vault()
    const first = value()
    readings[0]!.reject(undefined)
    await expect(first).rejects.toThrow('the credentials of it could not be read: unknown error')
  })
})

test('whoever was rejected with an older value gets the newer one without a reading', async () => {
  const { refreshed, readings, known } = vault()
  await known('now')
  expect({ refreshed: await refreshed('before'), readings: readings.length }).toEqual({
    refreshed: 'now',
    readings: 1,
  })
})
