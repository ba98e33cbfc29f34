import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { startIntake } from './fake-world.ts'
import { strange, token, wacht, wachtBody } from './subjects.ts'

const id = '7301954381230018999'
const [mine, other] = ['7301954381230018561', '7301954381230018562']

/** What becomes of a delivery with this body. */
async function deliver(body: string, key = token) {
  const { post, world } = startIntake(wacht.declared)
  const answer = await post(wacht.sign(body, key))
  const [record] = world.records
  return { ...answer, hints: world.hints, queue: world.queue, ignored: record?.ignored }
}
const hinted = (membership: string) => [[`wacht/${mine}/${membership}`, `wacht/${other}/${membership}`]]

describe('a webhook that names a membership', () => {
  test.each(['organization.member.added', 'organization.member.removed', 'organization.member.role.updated'])(
    'is a hint and no event: %s',
    async type => {
      expect(await deliver(wachtBody(type, id))).toEqual({
        ...{ status: 202, body: { accepted: 1, refused: [], ignored: 0 } },
        ...{ hints: hinted(id), queue: [], ignored: {} },
      })
    },
  )
  test('with the id as a JSON number, as the server writes it, keeps all digits of it', async () => {
    const body = wachtBody('organization.member.added', 0).replace('"entity_id":0', `"entity_id":${id}`)
    expect(String(JSON.parse(body).data.entity_id)).not.toBe(id)
    expect((await deliver(body)).hints).toEqual(hinted(id))
  })
  test.each([
    'organization.updated',
    'user.created',
    'organization.member',
    'organization.member.added ',
    '__proto__',
    '',
  ])('of another type is ignored: %j', async type => {
    expect(await deliver(wachtBody(type, id))).toMatchObject({
      ...{ status: 202, body: { accepted: 0, refused: [], ignored: 1 } },
      ...{ hints: [], ignored: { other_event_type: 1 } },
    })
  })
  test.each<[unknown, string]>([
    ['0', 'decimal digits'],
    ['01', 'decimal digits'],
    ['9223372036854775808', 'decimal digits'],
    [`${id}/x`, 'decimal digits'],
    ['../round', 'decimal digits'],
    [1.5, 'decimal digits'],
    [-1, 'decimal digits'],
    [1e21, 'decimal digits'],
    [null, 'not null'],
    [[id], 'not an array'],
    [undefined, 'is missing'],
  ])('with the id %j is answered with 400', async (entityId, rule) => {
    const { status, body, hints } = await deliver(wachtBody('organization.member.added', entityId))
    expect(status).toBe(400)
    expect(body).toEqual({ detail: expect.stringMatching(new RegExp(`^data\\.entity_id: .*${rule}`)) })
    expect(hints).toEqual([])
  })
  test('signed with another key is no hint', async () => {
    expect(await deliver(wacht.documented, strange)).toMatchObject({ status: 401, hints: [] })
  })
  test('of any form hints at members of the declared organizations alone', async () => {
    const names = fc.constantFrom('type', 'data', 'entity_id', 'entity_type', 'organization_id')
    const value = fc.letrec<{ value: unknown }>(tie => ({
      value: fc.oneof(
        { maxDepth: 3 },
        fc.constantFrom('organization.member.added', id, mine),
        fc.jsonValue({ maxDepth: 1 }),
        fc.dictionary(names, tie('value'), { maxKeys: 4 }),
      ),
    })).value
    const like = fc.record({ type: fc.constant('organization.member.added'), data: value })
    await fc.assert(
      fc.asyncProperty(like, async body => {
        const { status, hints } = await deliver(JSON.stringify(body))
        expect([202, 400]).toContain(status)
        for (const name of hints.flat())
          expect(name).toMatch(/^wacht\/730195438123001856[12]\/[1-9]\d{0,18}$/)
      }),
    )
  })
})

test('a hint that is not stored is asked for again, by 503', async () => {
  const { post, world } = startIntake(wacht.declared, { hint: () => Promise.reject(new Error('throttled')) })
  expect(await post(wacht.sign(wacht.documented, token))).toEqual({ status: 503 })
  expect(world.records).toMatchObject([{ status: 503, accepted: 0, unavailable: 'table' }])
  expect(world.troubles).toEqual(['hint not stored; the source gets 503 and must send it again: throttled'])
})

test('the first of the hints that wait calls the sweep, and the others call it no more', async () => {
  const { post, world } = startIntake(wacht.declared)
  for (let n = 0; n < 3; n++) await post(wacht.sign(wacht.documented, token))
  expect([world.hints.length, world.sweeps]).toEqual([3, 1])
})

test('a hint is taken also where the sweep cannot be called: its schedule calls it', async () => {
  const { post, world } = startIntake(wacht.declared, {
    callSweep: () => Promise.reject(new Error('no answer')),
  })
  expect(await post(wacht.sign(wacht.documented, token))).toMatchObject({
    status: 202,
    body: { accepted: 1 },
  })
  expect(world.troubles).toEqual([
    'sweep not called; it looks at the hint when its schedule calls it: no answer',
  ])
})
