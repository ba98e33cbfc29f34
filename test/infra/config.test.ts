import { describe, expect, test } from '@jest/globals'
import { limits, timingsOf } from '../../infra/config.ts'

describe('the timings of a stage', () => {
  test('are the production ones at every stage but local', () => {
    expect(timingsOf('prod')).toEqual({
      retryFromSeconds: 5,
      retryCapSeconds: 900,
      requestTimeoutSeconds: 10,
      landWithinSeconds: 60,
      functionTimeoutSeconds: 60,
      leaseSeconds: 65,
      closingSeconds: 10,
      giveUpSeconds: 259_200,
      giveUpAtLatestSeconds: 1_123_200,
      notFoundGraceSeconds: 900,
      breakerOpenSeconds: 30,
      replayTimeoutSeconds: 900,
      renewAfterSeconds: 864_000,
      oldestLetterSeconds: 950_400,
      drainEveryMinutes: 60,
      personMemorySeconds: 86_400,
      sweepSettleSeconds: 60,
      visibilitySeconds: 360,
      maxConcurrency: 10,
      intakeRequestsPerSecond: 500,
      intakeBurst: 1000,
      logRetentionDays: 180,
    })
    expect(timingsOf('dev')).toEqual(timingsOf('prod'))
  })

  test('are short at the stage local', () => {
    expect(timingsOf('local')).toEqual({
      retryFromSeconds: 1,
      retryCapSeconds: 5,
      requestTimeoutSeconds: 2,
      landWithinSeconds: 3,
      functionTimeoutSeconds: 8,
      leaseSeconds: 9,
      closingSeconds: 2,
      giveUpSeconds: 120,
      giveUpAtLatestSeconds: 3600,
      notFoundGraceSeconds: 10,
      breakerOpenSeconds: 2,
      replayTimeoutSeconds: 60,
      renewAfterSeconds: 864_000,
      oldestLetterSeconds: 950_400,
      drainEveryMinutes: 60,
      personMemorySeconds: 86_400,
      sweepSettleSeconds: 1,
      visibilitySeconds: 48,
      maxConcurrency: 4,
      intakeRequestsPerSecond: 500,
      intakeBurst: 1000,
      logRetentionDays: 1,
    })
  })

  test('follow one another: lease and visibility move with the function time-out', () => {
    expect(timingsOf('prod', { functionTimeoutSeconds: 100 })).toMatchObject({
      functionTimeoutSeconds: 100,
      leaseSeconds: 105,
      visibilitySeconds: 600,
    })
  })

  test('can be set one by one, also those that would follow', () => {
    expect(
      timingsOf('prod', { leaseSeconds: 90, giveUpAtLatestSeconds: 1000, retryCapSeconds: undefined }),
    ).toMatchObject({
      leaseSeconds: 90,
      giveUpAtLatestSeconds: 1000,
      retryCapSeconds: 900,
    })
  })
})

test('the limits are within those of SQS', () => {
  expect(limits.retentionSeconds).toBe(14 * 24 * 60 * 60)
  expect(limits.maxReceiveCount).toBeLessThanOrEqual(1000)
  expect(limits.batchSize).toBeLessThanOrEqual(10)
  expect(limits.deadLettersMaxBytes).toBeLessThanOrEqual(1024 * 1024)
})

test('a letter always fits: the dead-letter queue takes twice what the changes queue does', () => {
  expect(limits.changesMaxBytes).toBe(131_072)
  expect(limits.deadLettersMaxBytes).toBe(2 * limits.changesMaxBytes)
})
