import { expect, test } from '@jest/globals'
import { translate } from '../../../functions/intake/okta/translate-okta.ts'
import { noon } from '../../support/events.ts'
import { commandLine } from '../fake-world.ts'

const example = async (...options: string[]) => {
  const { code, out, err } = await commandLine(['example', ...options])
  expect({ code, err }).toEqual({ code: 0, err: '' })
  return out
}

test.each([
  [[], 1],
  [['--project'], 1],
  [['--person'], 1],
  [['--cloudevents-batch'], 3],
])('what example %j writes is accepted by check, with the sample roles', async (options, events) => {
  const checked = await commandLine(['check', '-'], { stdin: await example(...options) })
  expect(checked).toMatchObject({ code: 0, err: `${events} checked, 0 would be refused\n` })
})

test('an event has the time of now and an id of its own, so that each one can be sent', async () => {
  const [one, other] = [JSON.parse(await example()), JSON.parse(await example())]
  expect(one.time).toBe(new Date(noon).toISOString())
  expect(one.id).not.toBe(other.id)
})

test('with --okta it writes what the intake takes from Okta', async () => {
  const declared = { groups: { '00g1emaKYZTWRYYRRTSK': { added: 'engineer' } } }
  const translated = translate({ body: await example('--okta') } as never, declared as never)
  expect(translated).toMatchObject({
    ok: true,
    events: [{ event: { data: { person: { email: 'jane@example.com' }, role: 'engineer' } } }],
  })
})

test('two kinds at once are wrong usage', async () => {
  expect(await commandLine(['example', '--okta', '--person'])).toMatchObject({ code: 2, out: '' })
})
