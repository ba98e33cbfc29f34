import { describe, expect, test } from '@jest/globals'
import { readRules, readSettings } from '../../functions/sync/sync-settings.ts'

const good = {
  CHANGES_QUEUE_URL: 'http://127.0.0.1:4566/000000000000/changes',
  DEAD_LETTER_QUEUE_URL: 'https://sqs.eu-central-1.amazonaws.com/1/letters',
  LEDGER_TABLE: 'ledger',
  WACHT_URL: 'https://api.wacht.dev',
  WACHT_SECRET_ARN: 'arn:aws:secretsmanager:eu-central-1:1:secret:wacht',
  PROJECT_URL: 'https://rules.example.com/api/',
  PROJECT_SECRET_ARN: 'arn:aws:secretsmanager:eu-central-1:1:secret:project',
  PERSON_SECRET_ARN: 'arn:aws:secretsmanager:eu-central-1:1:secret:person',
  ...{ DUE_TABLE: 'due', DUE_SECRET_ARN: 'arn:aws:secretsmanager:eu-central-1:1:secret:due' },
}
const numbers = [
  ...['RETRY_FROM_MS', 'RETRY_CAP_MS', 'REQUEST_TIMEOUT_MS', 'LAND_WITHIN_MS', 'LEASE_MS', 'CLOSING_MS'],
  ...['GIVE_UP_MS', 'GIVE_UP_AT_LATEST_MS', 'NOT_FOUND_GRACE_MS', 'BREAKER_OPEN_MS', 'PERSON_MEMORY_MS'],
]
const env = { ...good, ...Object.fromEntries(numbers.map((name, n) => [name, String(n + 1)])) }
const problemsOf = (changes: object): string => {
  try {
    readSettings({ ...env, ...changes })
    return ''
  } catch (error) {
    return (error as Error).message
  }
}

test('the settings are read, numbers as numbers, and whatever else is in the environment is left alone', () => {
  const settings = readSettings({ ...env, PATH: '/bin', AWS_REGION: 'eu-central-1' })
  expect(settings).toMatchObject({ ...good, RETRY_FROM_MS: 1, BREAKER_OPEN_MS: 10 })
  expect(readRules(settings)).toEqual({
    ...{ retryFromMs: 1, retryCapMs: 2, requestTimeoutMs: 3, landWithinMs: 4, leaseMs: 5, closingMs: 6 },
    ...{ giveUpMs: 7, giveUpAtLatestMs: 8, notFoundGraceMs: 9 },
  })
})

test('the dialect of Wacht is role_id unless it is said', () => {
  expect(readSettings(env)).toMatchObject({ WACHT_DIALECT: 'role_id' })
  expect(readSettings({ ...env, WACHT_DIALECT: 'role_ids' })).toMatchObject({ WACHT_DIALECT: 'role_ids' })
})

test('all that is missing is named at once', () => {
  try {
    readSettings({})
    throw new Error('it was read')
  } catch (error) {
    for (const name of Object.keys(env)) expect((error as Error).message).toContain(`${name}: is missing`)
  }
})

test('all that is wrong is named at once, with the rule and never the value', () => {
  const secret = 'Zq7xKp9vWm'
  const wrong = {
    ...Object.fromEntries(numbers.map(name => [name, secret])),
    ...{ LEDGER_TABLE: '', WACHT_URL: `https://user:${secret}@h.example`, WACHT_DIALECT: secret },
    ...{
      PROJECT_URL: `https://h.example/?token=${secret}`,
      CHANGES_QUEUE_URL: secret,
      WACHT_SECRET_ARN: undefined,
    },
  }
  const problems = problemsOf(wrong)
  for (const name of Object.keys(wrong)) expect(problems).toContain(`${name}: `)
  expect(problems).not.toContain(secret)
})

test('each has its own words', () => {
  expect(problemsOf({ LEDGER_TABLE: '', LEASE_MS: undefined })).toBe(
    'wrong settings: LEDGER_TABLE: must not be empty; LEASE_MS: is missing',
  )
})

describe('a number of milliseconds', () => {
  test.each(['', '0', '-1', '1.5', '1e3', ' 1', '01', 'Infinity', '1'.repeat(14)])('is not %j', value => {
    expect(problemsOf({ LEASE_MS: value })).toBe(
      'wrong settings: LEASE_MS: must be a whole number of milliseconds',
    )
  })
})

describe('a base URL', () => {
  test.each(['http://h', 'https://h.example:8443/x/y/', 'http://127.0.0.1:1'])('may be %s', url => {
    expect(problemsOf({ WACHT_URL: url })).toBe('')
  })
  test.each([
    ...[
      '',
      'h.example',
      'ftp://h',
      'file:///x',
      '//h',
      'https://u@h',
      'https://u:p@h',
      'https://h?x',
      'https://h#x',
    ],
    ...[
      'https://h/?',
      'https://h/#',
      ' https://h',
      'https://h ',
      'https://h\n',
      'https:\\\\h',
      'https://h/a b',
    ],
  ])('is not %j: what is appended would be no path', url => {
    expect(problemsOf({ WACHT_URL: url })).toMatch(/^wrong settings: WACHT_URL: must be an http\(s\) URL/)
  })
})
