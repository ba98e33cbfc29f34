import { afterEach, beforeEach, expect, test } from '@jest/globals'
import type { Telemetry } from '../../functions/core/ports.ts'
import { readRules, readSettings } from '../../functions/sync/sync-settings.ts'
import { createLinks } from '../../functions/sync/target-links.ts'
import { secretArn, startSecrets } from '../../infra/local/engines/secrets-manager-engine.ts'
import { effects } from '../support/entries.ts'
import { noon } from '../support/events.ts'
import { json, startServer } from '../support/server.ts'
import { timeoutsOf } from '../support/time-out.ts'

const region = 'eu-central-1'
const stops: (() => Promise<void>)[] = []
const before = { ...process.env }
let clock = noon

/** The links of settings as the template gives them, over Secrets Manager and two targets on this machine. */
async function start(dialect = 'role_id') {
  const secrets = new Map(['wacht', 'project'].map(name => [name, `{"token":"token-of-${name}"}`]))
  const engine = await startSecrets({ port: 0, region }, secrets)
  const [wacht, project] = await Promise.all(
    [1, 2].map(() => startServer(response => json(response, 200, {}))),
  )
  if (!wacht || !project) throw new Error('a target did not start')
  stops.push(engine.stop, wacht.stop, project.stop)
  Object.assign(process.env, {
    ...{ AWS_ENDPOINT_URL_SECRETS_MANAGER: engine.url, AWS_REGION: region },
    ...{ AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x' },
  })
  const numbers = ['RETRY_FROM_MS', 'RETRY_CAP_MS', 'LAND_WITHIN_MS', 'CLOSING_MS', 'GIVE_UP_MS']
  const others = ['GIVE_UP_AT_LATEST_MS', 'NOT_FOUND_GRACE_MS', 'PERSON_MEMORY_MS', 'LEASE_MS']
  const settings = readSettings({
    ...Object.fromEntries([...numbers, ...others].map((name, n) => [name, String(100_000 + n)])),
    ...{ REQUEST_TIMEOUT_MS: '10000', BREAKER_OPEN_MS: '30000', LEDGER_TABLE: 'l', WACHT_DIALECT: dialect },
    ...{ CHANGES_QUEUE_URL: 'http://q/1', DEAD_LETTER_QUEUE_URL: 'http://q/2', PERSON_SECRET_ARN: 'p' },
    ...{ DUE_TABLE: 'd', DUE_SECRET_ARN: 'k' },
    ...{ WACHT_URL: wacht.url, WACHT_SECRET_ARN: secretArn(region, 'wacht') },
    ...{ PROJECT_URL: project.url, PROJECT_SECRET_ARN: secretArn(region, 'project') },
  })
  const telemetry = { trouble: () => undefined } as unknown as Telemetry
  const links = createLinks(settings, telemetry, readRules(settings), () => clock)
  const linkOf = (name: string) => {
    const link = links.get(name)
    if (!link) throw new Error(`no link to ${name}`)
    return link
  }
  return { linkOf, wacht, project }
}

beforeEach(() => {
  clock = noon
})
afterEach(async () => {
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name]
  Object.assign(process.env, before)
  await Promise.all(stops.splice(0).map(stop => stop()))
})

test('a target is called at its own address with its own token', async () => {
  const { linkOf, wacht, project } = await start()
  await linkOf('wacht').target.apply('wacht/1/2', { roleId: '3' }, linkOf('wacht').http(clock + 60_000))
  const state = { groupIds: [], owner: false }
  await linkOf('project').target.apply('project/p/m', state, linkOf('project').http(clock + 60_000))
  expect(wacht.seen[0]).toMatchObject({
    ...{ method: 'PATCH', url: '/organizations/1/members/2' },
    headers: { authorization: 'Bearer token-of-wacht' },
  })
  expect(project.seen[0]).toMatchObject({
    ...{ method: 'PUT', url: '/api/projects/p/members/m' },
    headers: { authorization: 'Bearer token-of-project' },
  })
})

test('no request is started whose time-out could outlive the deadline', async () => {
  const { linkOf, wacht } = await start()
  const request = { method: 'GET', url: wacht.url } as const
  expect(await linkOf('wacht').http(clock + 9999)(request)).toMatchObject({ failure: 'no_time' })
  expect(wacht.seen).toEqual([])
  expect(await linkOf('wacht').http(clock + 10_000)(request)).toMatchObject({ status: 200 })
})

test.each([
  ['role_id', true],
  ['role_ids', false],
])('Wacht speaks the dialect of the settings: %s', async (dialect, repeatable) => {
  expect((await start(dialect)).linkOf('wacht').target.repeatable).toBe(repeatable)
})

test('an answer is waited for as long as the settings say', async () => {
  const { linkOf, wacht } = await start()
  const ask = () => linkOf('wacht').http(clock + 60_000)({ method: 'GET', url: wacht.url })
  expect((await timeoutsOf(ask)).at(-1)).toBe(10_020)
})

test('a breaker opens for as long as the settings say, and only that of the target which fails', async () => {
  const { linkOf } = await start()
  const { breaker } = linkOf('wacht')
  for (let n = 0; n < 5; n++) await breaker.run('wacht/1', async () => effects.unanswered)
  expect({
    wacht: breaker.openFor('wacht/1'),
    project: linkOf('project').breaker.openFor('project/1'),
  }).toEqual({ wacht: 30_000, project: 0 })
})
