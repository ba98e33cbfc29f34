import { describe, expect, test } from '@jest/globals'
import { intakeDimensions } from '../../functions/core/intake-metrics.ts'
import {
  expiryAttribute,
  metricNamespace,
  namesOf,
  oldestLetterMetric,
  secretName,
  serviceName,
} from '../../functions/core/resource-names.ts'
import { metricDimensions } from '../../functions/core/sync-metrics.ts'

test('a stage keeps its names: under others its queues and its ledger would be new and empty', () => {
  expect(namesOf('prod-2')).toMatchObject({
    changesQueue: 'role-sync-prod-2-changes',
    deadLetterQueue: 'role-sync-prod-2-dead-letters',
    intakeFunction: 'role-sync-prod-2-intake',
    ledgerTable: 'role-sync-prod-2-ledger',
    historyTable: 'role-sync-prod-2-history',
    outcomesTopic: 'role-sync-prod-2-outcomes',
    syncFunction: 'role-sync-prod-2-sync',
    replayFunction: 'role-sync-prod-2-replay',
    personSecret: 'role-sync/prod-2/person',
  })
  expect(secretName('prod-2', 'okta')).toBe('role-sync/prod-2/okta')
  for (const name of Object.values(namesOf('prod-2'))) expect(name).toContain('prod-2')
})

test.each(['a', 'x'.repeat(20), 'prod-2', 'p2'])('a stage may be called %s', stage => {
  expect(namesOf(stage).syncFunction).toBe(`role-sync-${stage}-sync`)
})

test.each(['', 'Prod', '2nd', '-a', 'a_b', 'a/b', 'a ', 'a\n', 'x'.repeat(21)])(
  'a stage may not be called %j',
  stage => {
    expect(() => namesOf(stage)).toThrow(RangeError)
    expect(() => namesOf(stage)).toThrow(`stage ${JSON.stringify(stage)}: must match ^[a-z]`)
  },
)

test('the table expires what bears the attribute that it was told', () => {
  expect(expiryAttribute).toBe('expires')
})

test('metrics stay where alarms and dashboards of others look for them', () => {
  expect(metricNamespace).toBe('RoleSync')
  expect(serviceName).toBe('role-sync')
  expect(oldestLetterMetric).toBe('OldestLetterAge')
})

describe('a metric of the intake is', () => {
  test('by function and source, and by reason where there is one', () => {
    expect(intakeDimensions('f', { source: 'hr' })).toStrictEqual({ function: 'f', source: 'hr' })
    expect(intakeDimensions('f', { source: 'hr', reason: 'stale' })).toStrictEqual({
      ...{ function: 'f', source: 'hr', reason: 'stale' },
    })
  })
  test('of no source where none of this name is declared', () => {
    expect(intakeDimensions('f', { source: null })).toStrictEqual({ function: 'f', source: 'none' })
  })
})

describe('a metric is', () => {
  test('by function and target, and by reason where there is one', () => {
    expect(metricDimensions('f', 'wacht')).toStrictEqual({ function: 'f', target: 'wacht' })
    expect(metricDimensions('f', 'wacht', 'gave_up')).toStrictEqual({
      ...{ function: 'f', target: 'wacht', reason: 'gave_up' },
    })
  })
  test('of no target where the target could not be read', () => {
    expect(metricDimensions('f', null)).toStrictEqual({ function: 'f', target: 'none' })
  })
})
