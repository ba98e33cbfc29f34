import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Listening } from '../../../functions/cli/loopback/loopback-listener.ts'
import { startSecrets } from '../../../infra/local/engines/secrets-manager-engine.ts'
import { runProgram } from '../program.ts'

let secrets: Listening
beforeAll(async () => {
  const values = new Map([
    ['role-sync/prod/person', '{"token":"the-secret"}'],
    ['role-sync/wrong/person', 'no-json-the-secret'],
  ])
  secrets = await startSecrets({ port: 0, region: 'us-east-1' }, values)
})
afterAll(() => secrets.stop())

const personKey = (...args: string[]) =>
  runProgram(['hold', 'person-key', ...args], {
    ...{ AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url, AWS_REGION: 'us-east-1' },
    ...{ AWS_ACCESS_KEY_ID: 'anna', AWS_SECRET_ACCESS_KEY: 'local' },
  })

const keyed = (text: string) => createHmac('sha256', 'the-secret').update(text).digest('base64url')
/** The fingerprint of the secret, and the key that the sync function makes of an address. */
const expected = `${keyed('the secret of people').slice(0, 8)}.${keyed('jane@example.com')}`

test('the key of a person is that of the sync function, whatever the case of the address', async () => {
  expect(await personKey('Jane@Example.com', '--stage', 'prod')).toMatchObject({
    ...{ code: 0, out: `${expected}\n` },
    err: `next: in infra/guards.json, under "protected": { "person": "${expected}", "why": "…" }\n`,
  })
  const { out } = await personKey('jane@example.com', '--stage', 'prod', '--json')
  expect(JSON.parse(out)).toEqual({ person: expected })
})

test.each([
  ['no address', ['jane', '--stage', 'prod'], 2, /must be an e-mail address/],
  [
    'no secret',
    ['jane@example.com', '--stage', 'other'],
    2,
    /there is no secret role-sync\/other\/person: deploy/,
  ],
  ['a secret in another form', ['jane@example.com', '--stage', 'wrong'], 2, /must be JSON of the form/],
])('with %s it says what is wrong, and never the secret', async (_, args, code, err) => {
  const done = await personKey(...args)
  expect(done).toMatchObject({ code, out: '', err: expect.stringMatching(err) })
  expect(done.err).not.toContain('the-secret')
})
