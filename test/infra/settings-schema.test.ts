import { describe, expect, test } from '@jest/globals'
import { deploymentOf, problemsOf } from './good-context.ts'

describe('a wrong value is refused by key and rule', () => {
  test.each<[key: string, value: unknown, problem: string]>([
    ['stage', 'Prod', 'stage: must be a short lower-case label: ^[a-z][a-z0-9-]{0,19}$'],
    ['stage', undefined, 'stage: is missing'],
    ['projectUrl', undefined, 'projectUrl: is missing'],
    ['projectUrl', 'brms', 'projectUrl: must be an http(s) URL without user, query or fragment'],
    ['projectUrl', 'ftp://a.dev', 'projectUrl: must be an http(s) URL without user, query or fragment'],
    [
      'projectUrl',
      'https://me:pat@a.dev',
      'projectUrl: must be an http(s) URL without user, query or fragment',
    ],
    ['wachtDialect', 'roles', 'wachtDialect: must be role_id or role_ids'],
    ['retryCapSeconds', 'soon', 'retryCapSeconds: must be a number of seconds from 0.001 to 43200'],
    ['retryCapSeconds', '', 'retryCapSeconds: must be a number of seconds from 0.001 to 43200'],
    ['retryFromSeconds', 0, 'retryFromSeconds: must be a number of seconds from 0.001 to 43200'],
    ['retryCapSeconds', 43_201, 'retryCapSeconds: must be a number of seconds from 0.001 to 43200'],
    ['functionTimeoutSeconds', '90.5', 'functionTimeoutSeconds: must be a whole number from 1 to 900'],
    ['maxConcurrency', 1, 'maxConcurrency: must be a whole number from 2 to 1000'],
    ['logRetentionDays', 2, expect.stringContaining('logRetentionDays: must be one of 1, 3, 5, 7') as never],
    ['producers', { a: 1 }, 'producers: must be a list, or a string with commas'],
    ['roles', '', 'roles: must be the path of a file, or its content as an object'],
    ['sources', '', 'sources: must be the path of a file, or its content as an object'],
    ['intakeBurst', 0, 'intakeBurst: must be a whole number from 1 to 5000'],
    ['drain', false, 'drain: must be on or off'],
    ['drainEveryMinutes', 1441, 'drainEveryMinutes: must be a whole number from 1 to 1440'],
    ['replayTimeoutSeconds', 901, 'replayTimeoutSeconds: must be a whole number from 1 to 900'],
  ])('%s %p', (key, value, problem) => {
    expect(problemsOf({ [key]: value })).toEqual([problem])
  })

  test.each([
    '*',
    123456789012,
    '12345',
    'arn:aws:iam::123456789012:role/*',
    'arn:aws:iam::*:root',
    'example.com',
  ])('producer %p', name => {
    expect(problemsOf({ producers: [name] })).toEqual([
      'producers.0: must be an account id of 12 digits in a string, the ARN of a principal, or a service principal',
    ])
  })
  test.each([
    'events.amazonaws.com=arn:aws:events:eu-central-1:123456789012:rule/hr',
    'sns.amazonaws.com=arn:aws:sns:eu-central-1:123456789012:role-changes',
    's3.amazonaws.com=arn:aws:s3:::hr-exports',
    'scheduler.amazonaws.com=arn:aws-us-gov:scheduler:us-gov-west-1:123456789012:schedule/default/hr',
    'arn:aws:iam::123456789012:role/a=b',
  ])('producer %p is one', name => {
    expect(deploymentOf({ producers: [name] }).producers).toEqual([name])
  })

  test.each([
    'events.amazonaws.com=',
    'events.amazonaws.com=rule/hr',
    'events.amazonaws.com=arn:aws:events:eu-central-1:123456789012:rule/*',
    'events.amazonaws.com=arn:aws:events:eu-central-1:123456789012:rule/h?',
    'events.amazonaws.com=arn:aws:events:eu-central-1:*:rule/hr',
    'events.amazonaws.com=arn:aws:events:eu-central-1:1234:rule/hr',
    'events.amazonaws.com=arn:aws:events:eu-central-1:123456789012:',
    'events.amazonaws.com= arn:aws:events:eu-central-1:123456789012:rule/hr',
    '123456789012=arn:aws:events:eu-central-1:123456789012:rule/hr',
  ])('producer %p', name => {
    expect(problemsOf({ producers: ['sns.amazonaws.com', name] })).toEqual([
      'producers.1: must have after = the full ARN of the resource for which the service acts, without a wildcard; only a service principal may have =',
    ])
  })
})

describe('timings that contradict one another are refused', () => {
  test.each<[context: Record<string, number>, problem: string]>([
    [{ leaseSeconds: 60 }, 'leaseSeconds: must be more than functionTimeoutSeconds'],
    [{ requestTimeoutSeconds: 50 }, 'requestTimeoutSeconds: its sum with closingSeconds must be less than'],
    [{ functionTimeoutSeconds: 20 }, 'requestTimeoutSeconds: its sum with closingSeconds must be less than'],
    [{ landWithinSeconds: 0.9 }, 'landWithinSeconds: must be at least 1'],
    [{ retryFromSeconds: 901 }, 'retryFromSeconds: must be at most retryCapSeconds'],
    [{ giveUpSeconds: 900 }, 'notFoundGraceSeconds: must be less than giveUpSeconds'],
    [{ giveUpAtLatestSeconds: 3600 }, 'giveUpSeconds: must be at most giveUpAtLatestSeconds'],
    [{ replayTimeoutSeconds: 10 }, 'closingSeconds: must be less than replayTimeoutSeconds'],
    [
      { renewAfterSeconds: 12.5 * 86_400 },
      "renewAfterSeconds: must be at least two days less than the queue's retention",
    ],
    [{ giveUpAtLatestSeconds: 1_209_600 }, "giveUpAtLatestSeconds: must be less than the queue's retention"],
  ])('%j', (context, problem) => {
    expect(problemsOf(context)).toEqual([expect.stringContaining(problem)])
  })

  test('the problem shows the numbers', () => {
    expect(problemsOf({ leaseSeconds: '59' })[0]).toMatch(/leaseSeconds is 59, functionTimeoutSeconds is 60$/)
  })
})
