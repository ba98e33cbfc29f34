import { describe, expect, test } from '@jest/globals'
import { readSweepRequest } from '../../functions/sweep/sweep-request.ts'
import { readSweepSettings } from '../../functions/sweep/sweep-settings.ts'
import { problemsOf } from './good-context.ts'
import { allow, arnOf, permissionsOf, startingWith, templateOf } from './stage.ts'

const template = templateOf({ stage: 'prod' })
const sweep = startingWith(template, 'AWS::Lambda::Function', 'Sweep')
const tableOf = (name: string) => startingWith(template, 'AWS::DynamoDB::GlobalTable', name).id
const secretOf = (name: string) => ({ Ref: startingWith(template, 'AWS::SecretsManager::Secret', name).id })
const { Variables } = sweep.Properties.Environment as { Variables: Record<string, unknown> }
const deployed = Object.fromEntries(
  Object.entries(Variables).map(([name, value]) => [name, typeof value === 'string' ? value : 'name']),
)

test('the sweep function may read the ledger and the tokens, write what it read, and nothing else', () => {
  const ledger = arnOf(tableOf('Ledger'))
  const index = { 'Fn::Join': ['', [ledger, '/index/by-scope']] }
  expect(permissionsOf(template, 'Sweep').slice(2)).toEqual([
    allow(['dynamodb:BatchGetItem', 'dynamodb:Scan'], ledger),
    allow(['dynamodb:Query', 'dynamodb:Scan'], index),
    allow(['dynamodb:Query'], { 'Fn::Join': ['', [arnOf(tableOf('DueChanges')), '/index/by-scope']] }),
    allow(['dynamodb:GetItem', 'dynamodb:PutItem'], arnOf(tableOf('SweepReadings'))),
    allow(['secretsmanager:GetSecretValue'], [secretOf('WachtSecret'), secretOf('ProjectSecret')]),
  ])
})

describe('its environment', () => {
  test('is what functions/sweep/sweep-settings.ts reads, none of it missing', () => {
    expect(readSweepSettings(deployed)).toMatchObject({
      ...{ SWEEP_EVERY_MS: 86_400_000, SWEEP_CALLS_PER_MINUTE: 60, SWEEP_SETTLE_MS: 60_000 },
      ...{ SWEEP_KEEP_MS: 7_776_000_000, REQUEST_TIMEOUT_MS: 10_000, CLOSING_MS: 10_000 },
    })
    for (const name of Object.keys(deployed).filter(each => !/^POWERTOOLS_|_DIALECT$/.test(each))) {
      const { [name]: _, ...rest } = deployed
      expect(() => readSweepSettings(rest)).toThrow(`wrong settings: ${name}: is missing`)
    }
  })
  test('has the pace and the hours that are set', () => {
    const set = templateOf({ stage: 'prod', sweepHours: '6', sweepCallsPerMinute: '300' })
    const { Environment } = startingWith(set, 'AWS::Lambda::Function', 'Sweep').Properties
    expect(Environment).toMatchObject({
      Variables: { SWEEP_EVERY_MS: '21600000', SWEEP_CALLS_PER_MINUTE: '300' },
    })
  })
})

test('the schedule calls it every quarter of an hour, with an event that it takes', () => {
  const { Properties } = startingWith(template, 'AWS::Events::Rule', 'SweepSchedule')
  expect(Properties).toMatchObject({ ScheduleExpression: 'rate(15 minutes)', State: 'ENABLED' })
  const [{ Arn, Input }] = Properties.Targets as [{ Arn: unknown; Input: string }]
  expect(Arn).toEqual(arnOf(sweep.id))
  expect(readSweepRequest(JSON.parse(Input))).toEqual({ action: 'continue' })
})

test.each<[string, object, object]>([
  ['drift', {}, { MetricName: 'Drift', Threshold: 1, EvaluationPeriods: 1 }],
  ['incomplete', {}, { MetricName: 'Incomplete', Threshold: 1, EvaluationPeriods: 3 }],
  ['not-run', {}, { MetricName: 'SweepAge', Threshold: 172_800, TreatMissingData: 'breaching' }],
  ['not-run', { sweepHours: 1 }, { Threshold: 7200 }],
])('the alarm %s watches the metric of the function', (name, context, properties) => {
  const alarms = templateOf({ stage: 'prod', ...context }).findResources('AWS::CloudWatch::Alarm', {
    Properties: { AlarmName: `role-sync-prod-sweep-${name}` },
  })
  expect(Object.values(alarms)[0]?.Properties).toMatchObject({
    ...{ Namespace: 'RoleSync', Statistic: 'Maximum', Period: 3600, ...properties },
    Dimensions: [
      { Name: 'function', Value: 'role-sync-prod-sweep' },
      { Name: 'service', Value: 'role-sync' },
    ],
  })
})

test('a stage whose sweep is off has nothing of it but the index', () => {
  const off = JSON.stringify(templateOf({ stage: 'prod', sweep: 'off' }).toJSON())
  expect(off).not.toMatch(/sweep/i)
  expect(off).toContain('by-scope')
})

test.each([
  ['sweep', 'never', 'sweep: must be on or off'],
  ['sweepHours', 169, 'sweepHours: must be'],
  ['sweepCallsPerMinute', 0, 'sweepCallsPerMinute: must be'],
  ['sweepSettleSeconds', 0, 'sweepSettleSeconds: must be'],
])('%s refuses %p', (key, value, problem) => {
  expect(problemsOf({ [key]: value })).toEqual([expect.stringContaining(problem)])
})
