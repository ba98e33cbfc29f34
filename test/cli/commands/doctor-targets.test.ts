import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { personNameOf } from '../../../functions/aws/person-memory.ts'
import { runChecks } from '../../../functions/cli/commands/doctor-findings.ts'
import { targetChecks } from '../../../functions/cli/commands/doctor-target-checks.ts'
import { Failure } from '../../../functions/cli/io/exit-codes.ts'
import type { StageReader } from '../../../functions/cli/io/stage-reader.ts'
import { faults } from '../../../infra/local/sandbox/faults.ts'
import { startWachtSandbox, type WachtSandbox } from '../../../infra/local/sandbox/wacht/wacht-sandbox.ts'
import { organization } from '../../support/events.ts'
import { token } from '../../support/subjects.ts'
import { checkedStage, syncWith } from '../fake-stage-reader.ts'

let wacht: WachtSandbox
beforeAll(async () => {
  wacht = await startWachtSandbox({ token, dialect: 'role_id', open: true, organizations: {} })
})
afterAll(() => wacht.stop())

const lambda: StageReader['lambda'] = name =>
  syncWith({ WACHT_URL: wacht.url, WACHT_DIALECT: 'role_id', PROJECT_URL: 'http://127.0.0.1:1' })(name)
const secret = async () => JSON.stringify({ token })
const found = async (check: string, other: Partial<StageReader> = {}, more = {}) => {
  const findings = await runChecks(targetChecks(checkedStage({ lambda, secret, ...other }, more)))
  expect(JSON.stringify(findings)).not.toContain(token)
  return findings.find(finding => finding.check === check)
}

describe('a target is asked for one page of members', () => {
  test('and is ok if it answers and accepts the token', async () => {
    const before = wacht.calls()
    expect(await found('target wacht')).toEqual({
      ...{ check: 'target wacht', state: 'ok' },
      detail: `it answers for ${organization} and accepts the token`,
    })
    expect(wacht.calls() - before).toBe(1)
    expect(wacht.calls(undefined, 'write')).toBe(0)
  })
  test('and fails where nobody is at its address, which does not stop the other one', async () => {
    expect(await found('target project')).toMatchObject({ state: 'failed', detail: /unreachable/ })
  })
  test.each([
    [401, 'failed', 'put a valid token into role-sync/prod/wacht'],
    [403, 'warning', 'allow it to; else people cannot be found'],
    [
      404,
      'failed',
      `${organization} is not there: correct it in your role catalogue, or correct the base URL`,
    ],
    [429, 'warning', 'run doctor again later'],
    [500, 'failed', 'check the base URL and whether the target is up'],
  ])('and says what to do about a %i', async (status, state, todo) => {
    wacht.next(`wacht/${organization}`, { ...faults.error(status), on: 'read' })
    expect(await found('target wacht')).toMatchObject({ state, todo })
  })
  test('only where the operator may read its token', async () => {
    const denied = () => Promise.reject(new Failure('no permission secretsmanager:GetSecretValue'))
    const detail = 'not checked: no permission secretsmanager:GetSecretValue'
    expect(await found('target wacht', { secret: denied })).toMatchObject({ state: 'warning', detail })
    expect(await found('secret of wacht', { secret: denied })).toMatchObject({ state: 'warning', detail })
  })
  test('only where the catalogue has a scope there', async () => {
    expect(await found('target wacht', {}, { catalogue: {} })).toMatchObject({ state: 'warning' })
  })
})

describe('the keys of protected people', () => {
  const guardsOf = (secret: string) => ({
    guards: { protected: [{ person: personNameOf('jane@example.com', secret), why: 'owner' }] },
  })
  test('are of the secret of the stage, or the check fails and says what to do', async () => {
    expect(await found('protected people', {}, guardsOf(token))).toMatchObject({
      ...{ state: 'ok', detail: '1 are named' },
    })
    expect(await found('protected people', {}, guardsOf('another'))).toMatchObject({
      ...{ state: 'failed', detail: expect.stringContaining('role-sync/prod/person') },
      todo: expect.stringContaining('print the keys again with hold person-key'),
    })
  })
  test('are not looked at where no person is named, and unchecked where the secret has no value', async () => {
    expect(await found('protected people')).toMatchObject({ state: 'ok' })
    const empty = { secret: async () => undefined }
    expect(await found('protected people', empty, guardsOf(token))).toMatchObject({ state: 'warning' })
  })
})

describe('a secret', () => {
  test.each([
    ['without a value', undefined, 'role-sync/prod/wacht has no value'],
    ['in another form', `plain-${token}`, /must be JSON of the form \{"token":"…"\}/],
  ])('%s fails, and is not shown', async (_, text, detail) => {
    expect(await found('secret of wacht', { secret: async () => text })).toMatchObject({
      ...{ state: 'failed', detail: typeof detail === 'string' ? detail : expect.stringMatching(detail) },
      todo: expect.stringContaining('put-secret-value --secret-id role-sync/prod/wacht '),
    })
  })
  test('of a source is checked, too', async () => {
    const withSource: StageReader['lambda'] = async () => ({
      Environment: { Variables: { HR_SOURCE_SECRET_ARN: 'arn:hr' } },
    })
    const empty = async (id: string) => (id === 'arn:hr' ? undefined : `{"token":"${token}"}`)
    expect(await found('secrets of sources', { lambda: withSource })).toMatchObject({ detail: '1 filled' })
    expect(await found('secrets of sources', { lambda: withSource, secret: empty })).toMatchObject({
      ...{ state: 'failed', detail: 'arn:hr has no value' },
    })
  })
})

describe('the dialect', () => {
  const sums = (applied: number, ignored: number): Partial<StageReader> => ({
    sum: async ({ dimensions }) => (dimensions.reason === 'no_effect' ? ignored : applied),
  })
  test('is ok once a change was applied with it: a read shows the same in both', async () => {
    expect(await found('WACHT_DIALECT', sums(4, 9))).toMatchObject({
      ...{ state: 'ok', detail: 'role_id: 4 changes were applied with it' },
    })
  })
  test('is wrong if changes had no effect and none was applied', async () => {
    expect(await found('WACHT_DIALECT', sums(0, 9))).toMatchObject({ state: 'failed' })
  })
  test('is not proven before the first change', async () => {
    expect(await found('WACHT_DIALECT', sums(0, 0))).toMatchObject({
      ...{ state: 'warning', detail: expect.stringContaining('since 2026-11-09T12:00:00Z') },
    })
  })
})
