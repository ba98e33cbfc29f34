import { describe, expect, test } from '@jest/globals'
import { runChecks } from '../../../functions/cli/commands/doctor-findings.ts'
import { scheduleChecks } from '../../../functions/cli/commands/doctor-schedule-checks.ts'
import { type CheckedStage, stageChecks } from '../../../functions/cli/commands/doctor-stage-checks.ts'
import { Failure } from '../../../functions/cli/io/exit-codes.ts'
import type { StageReader } from '../../../functions/cli/io/stage-reader.ts'
import { describeCatalogue } from '../../../functions/replay/described-catalogue.ts'
import { noon } from '../../support/events.ts'
import { alarm, checkedStage, drainAlarm, names, syncWith } from '../fake-stage-reader.ts'

const checksOf = (given: CheckedStage) => [...stageChecks(given), ...scheduleChecks(given)]
const found = async (check: string, other: Partial<StageReader> = {}, more: Partial<CheckedStage> = {}) => {
  const findings = await runChecks(checksOf(checkedStage(other, more)))
  return findings.find(finding => finding.check === check)
}
const none = async () => undefined

test('a healthy stage is ok in every check, in a fixed order', async () => {
  const findings = await runChecks(checksOf(checkedStage()))
  expect(findings.map(({ check, state }) => `${check}: ${state}`)).toEqual([
    ...['credentials: ok', 'changes queue: ok', 'dead-letter queue: ok', 'ledger: ok', 'history: ok'],
    ...[
      'approvals: ok',
      'approve function: ok',
      'queue mapping: ok',
      'role catalogue: ok',
      'alarms: ok',
      'drain: ok',
      'sweep: ok',
      'due changes: ok',
      're-assertions: ok',
    ],
  ])
})

test.each<[string, Partial<StageReader>]>([
  ['without the function', { lambda: none }],
  ['without such a scope', { rules: async () => [] }],
])('a stage %s has no re-assertions by themselves, and that is ok', async (_, other) => {
  expect(await found('re-assertions', other)).toEqual({
    ...{ check: 're-assertions', state: 'ok', detail: 'no scope has its drift written again by itself' },
  })
})

test('a read that is denied makes its own checks warnings, and no other one', async () => {
  const denied = () => Promise.reject(new Failure('no permission dynamodb:DescribeTable', 'add it'))
  const findings = await runChecks(checksOf(checkedStage({ table: denied })))
  expect(findings.filter(({ state }) => state !== 'ok')).toEqual(
    ['ledger', 'history'].map(check => ({
      ...{ check, state: 'warning', todo: 'add it' },
      detail: 'not checked: no permission dynamodb:DescribeTable',
    })),
  )
})

test('no read at all leaves no check ok', async () => {
  const broken = () => Promise.reject(new Failure('cannot reach it'))
  const reader = new Proxy({}, { get: () => broken }) as StageReader
  const findings = await runChecks(checksOf(checkedStage({}, { reader, askDeployed: broken })))
  expect(findings.filter(({ state }) => state === 'ok')).toEqual([])
  expect(findings[0]).toMatchObject({ check: 'credentials', state: 'failed' })
})

describe('a stage with guards', () => {
  const guarded = (other: Partial<StageReader> = {}): Partial<StageReader> => ({
    lambda: syncWith({ APPROVALS_TABLE: names.approvalsTable }),
    ...other,
  })
  const answering = (status: number | undefined) => ({ askApprove: async () => status })

  test('has its table and its approve function checked, and others are not asked for them', async () => {
    const asked: string[] = []
    const table = async (name: string) => {
      if (name === names.approvalsTable) asked.push(name)
      return 'ACTIVE'
    }
    const askApprove = async () => {
      asked.push('approve')
      return 400
    }
    const of = (check: string, lambda: StageReader['lambda']) =>
      found(check, { table, lambda }, { askApprove })
    for (const check of ['approvals', 'approve function'])
      expect(await of(check, syncWith({}))).toMatchObject({ state: 'ok', detail: 'the stage has no guards' })
    expect(asked).toEqual([])
    const { lambda = none } = guarded()
    expect(await of('approvals', lambda)).toMatchObject({ state: 'ok', detail: 'the table is active' })
    expect(await of('approve function', lambda)).toMatchObject({
      ...{ state: 'ok', detail: 'this identity may approve' },
    })
    expect(new Set(asked)).toEqual(new Set([names.approvalsTable, 'approve']))
  })
  test.each<[string, string, RegExp, Partial<StageReader>, Partial<CheckedStage>]>([
    ['approvals', 'failed', /approvals does not exist/, guarded({ table: none }), {}],
    ['approvals', 'warning', /is CREATING/, guarded({ table: async () => 'CREATING' }), {}],
    ['approve function', 'warning', /^this identity may not approve$/, guarded(), answering(403)],
    ['approve function', 'failed', /answers with status 502/, guarded(), answering(502)],
    ['approve function', 'failed', /nobody can approve/, guarded(), answering(undefined)],
    [
      'approve function',
      'warning',
      /^not checked: no permission lambda:GetFunctionUrlConfig$/,
      guarded(),
      { askApprove: () => Promise.reject(new Failure('no permission lambda:GetFunctionUrlConfig')) },
    ],
    ['approve function', 'warning', /^not checked: there is no function/, { lambda: none }, {}],
  ])('%s: %s, with %s', async (check, state, detail, other, more) => {
    const finding = await found(check, other, more)
    expect(finding).toMatchObject({ state, detail: expect.stringMatching(detail) })
    expect(finding).toHaveProperty('todo', expect.stringMatching(/./))
  })
})

test('a bug is no finding', async () => {
  await expect(found('ledger', { table: () => Promise.reject(new TypeError('bug')) })).rejects.toThrow('bug')
})

describe('a check fails, or warns, and says what to do', () => {
  const mapped = (State: string) => async () => [
    { EventSourceArn: `arn:aws:sqs:r:a:${names.changesQueue}`, State, UUID: 'u' },
  ]
  const deployed = (askDeployed: CheckedStage['askDeployed']) => ({ askDeployed })
  test.each<[string, string, string, RegExp, Partial<StageReader>, Partial<CheckedStage>?]>([
    ['no queue', 'changes queue', 'failed', /does not exist/, { queue: none }],
    [
      'another dead-letter queue',
      'changes queue',
      'failed',
      /is not its dead-letter/,
      { queue: async () => ({}) },
    ],
    ['no dead-letter queue', 'dead-letter queue', 'failed', /does not exist/, { queue: none }],
    ['no table', 'ledger', 'failed', /does not exist/, { table: none }],
    ['no history', 'history', 'warning', /no table/, { table: none }],
    ['a table being made', 'ledger', 'warning', /is CREATING/, { table: async () => 'CREATING' }],
    ['no mapping', 'queue mapping', 'failed', /no queue is connected to/, { mappings: async () => [] }],
    ['a disabled mapping', 'queue mapping', 'failed', /is Disabled/, { mappings: mapped('Disabled') }],
    ['a mapping being made', 'queue mapping', 'warning', /is Creating/, { mappings: mapped('Creating') }],
    [
      'another catalogue',
      'role catalogue',
      'failed',
      /than the one here: manager, reader$/,
      {},
      deployed(async () => describeCatalogue({})),
    ],
    [
      'an unknown catalogue',
      'role catalogue',
      'warning',
      /^not checked: it/,
      {},
      deployed(async () => ({ unasked: 'it is old' })),
    ],
    ['no alarms', 'alarms', 'failed', /no alarms/, { alarms: async () => [] }],
    [
      'alarms of a stage with a longer name',
      'alarms',
      'failed',
      /no alarms/,
      { alarms: async () => [alarm('role-sync-prod-eu-sync-errors')] },
    ],
    [
      'alarms without a topic',
      'alarms',
      'warning',
      /^1 of 2 alarms notify nobody/,
      { alarms: async () => [drainAlarm(), alarm(`${names.syncFunction}-errors`, { AlarmActions: [] })] },
    ],
    [
      'alarms that are switched off',
      'alarms',
      'warning',
      /notify nobody/,
      { alarms: async () => [drainAlarm({ ActionsEnabled: false })] },
    ],
    [
      'a topic without a subscriber',
      'alarms',
      'warning',
      /nobody is subscribed to arn:aws:sns:.*:pager/,
      { subscriptions: async () => 0 },
    ],
    ['a topic that is gone', 'alarms', 'warning', /nobody is subscribed/, { subscriptions: none }],
    ['no replay function', 'drain', 'failed', /does not exist/, { lambda: none }],
    ['no schedule', 'drain', 'warning', /no schedule/, { rules: async () => [] }],
    ['a disabled schedule', 'drain', 'failed', /is disabled/, { rules: async () => ['DISABLED'] }],
    [
      'a drain that does not run',
      'drain',
      'failed',
      /metric is missing/,
      { alarms: async () => [drainAlarm({ StateValue: 'ALARM' })] },
    ],
    [
      'a drain that has not run yet',
      'drain',
      'warning',
      /has not run yet; deployed 12 h ago/,
      { alarms: async () => [drainAlarm({ StateValue: 'ALARM' })] },
      { now: Date.parse('2026-11-01T12:00:00Z') },
    ],
    ['no sweep', 'sweep', 'warning', /the sweep is off/, { lambda: none }],
    ['no schedule of the sweep', 'sweep', 'warning', /no schedule/, { rules: async () => [] }],
    [
      'disabled re-assertions by themselves',
      're-assertions',
      'failed',
      /is disabled/,
      { rules: async () => ['DISABLED'] },
    ],
    ['a disabled sweep', 'sweep', 'failed', /is disabled/, { rules: async () => ['DISABLED'] }],
    [
      'a sweep that does not run',
      'sweep',
      'failed',
      /does not run, or does not come to the end/,
      { alarms: async () => [alarm(`${names.sweepFunction}-not-run`, { StateValue: 'ALARM' })] },
    ],
    ['no due function', 'due changes', 'failed', /does not exist/, { lambda: none }],
    ['no schedule of it', 'due changes', 'failed', /no schedule/, { rules: async () => [] }],
    [
      'due changes that are late',
      'due changes',
      'failed',
      /cannot send what is due/,
      { alarms: async () => [alarm(`${names.dueFunction}-late`, { StateValue: 'ALARM' })] },
    ],
    ['a sweep whose alarm is missing', 'sweep', 'warning', /has not run yet/, { alarms: async () => [] }],
    ['a drain whose alarm is missing', 'drain', 'warning', /has not run yet/, { alarms: async () => [] }],
  ])('%s', async (_, check, state, detail, other, more = {}) => {
    expect(await found(check, other, { now: noon, ...more })).toMatchObject({
      ...{ state, detail: expect.stringMatching(detail) },
      todo: expect.stringMatching(/./),
    })
  })
})
