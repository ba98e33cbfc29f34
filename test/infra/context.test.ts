import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { type Deployment, readDeployment } from '../../infra/context/deployment.ts'
import { root } from '../../infra/paths.ts'
import { withOutdir } from './stage.ts'

const good = {
  stage: 'prod',
  wachtUrl: 'https://api.wacht.dev',
  wachtDialect: 'role_id',
  projectUrl: 'https://brms.acme.dev/api/',
}

function deploymentOf(context: Record<string, unknown>): Deployment {
  const read = readDeployment({ ...good, ...context })
  if (!read.ok) throw new Error(read.problems.join('\n'))
  return read.deployment
}

function problemsOf(context: Record<string, unknown>): readonly string[] {
  const read = readDeployment({ ...good, ...context })
  return read.ok ? [] : read.problems
}

describe('a context', () => {
  test('names the stage, the targets and the catalogue', () => {
    const { stage, targets, producers, rolesFile } = deploymentOf({ wachtDialect: 'role_ids' })
    expect({ stage, producers }).toEqual({ stage: 'prod', producers: [] })
    expect(targets).toEqual([
      {
        name: 'wacht',
        url: 'https://api.wacht.dev',
        secretName: 'role-sync/prod/wacht',
        options: { WACHT_DIALECT: 'role_ids' },
      },
      {
        name: 'project',
        url: 'https://brms.acme.dev/api/',
        secretName: 'role-sync/prod/project',
        options: {},
      },
    ])
    expect(rolesFile).toMatch(/infra.roles\.json$/)
  })

  test('may come from the command line, where every value is a string', () => {
    const { timings } = deploymentOf({
      requestTimeoutSeconds: '5',
      retryFromSeconds: '0.5',
      maxConcurrency: '20',
    })
    expect(timings).toMatchObject({ requestTimeoutSeconds: 5, retryFromSeconds: 0.5, maxConcurrency: 20 })
  })

  test('may name producers in a string with commas or in a list, each once', () => {
    const role = 'arn:aws:iam::123456789012:role/hr/workday'
    const given = ['123456789012', role, 'sns.amazonaws.com']
    expect(deploymentOf({ producers: given }).producers).toEqual(given)
    expect(deploymentOf({ producers: `${given.join(', ')},${role},` }).producers).toEqual(given)
    expect(deploymentOf({ producers: '' }).producers).toEqual([])
  })

  test("leaves CDK's own keys and lookups alone", () => {
    expect(
      problemsOf({ '@aws-cdk/core:x': true, 'aws:cdk:y': 1, 'availability-zones:account=1': [] }),
    ).toEqual([])
  })

  test('allows plain http at the stage local only', () => {
    expect(problemsOf({ stage: 'local', wachtUrl: 'http://127.0.0.1:4570' })).toEqual([])
    expect(problemsOf({ wachtUrl: 'http://api.wacht.dev' })).toEqual([
      'wachtUrl: must be https unless the stage is local',
    ])
  })

  test.each([
    ...[
      '127.0.0.1',
      '127.1',
      '0x7f000001',
      '[::1]',
      '[::ffff:127.0.0.1]',
      'localhost',
      'a.localhost.',
      '0.0.0.0',
      ...['2130706433', '0177.0.0.1', '0x7f.1', '%31%32%37.0.0.1', '127.0.0.1.', '0', '127.255.0.9'],
      ...['LOCALHOST', 'localhost..', '%6cocalhost', 'localhost.localdomain', 'a.localhost.localdomain.'],
      ...['localhost6', 'ip6-localhost', 'ip6-loopback', '[::]', '[0:0:0:0:0:0:0:1]', '[::ffff:7f00:1]'],
      ...['224.0.0.1', '255.255.255.255', '[ff02::1]'],
    ],
    ...[
      '169.254.169.254',
      '169.254.170.2',
      '2852039166',
      '[fe80::1]',
      '[fd00:ec2::254]',
      'metadata.google.internal',
      ...['0251.0376.0251.0376', '0xa9fea9fe', '169.254.43518', '[::ffff:a9fe:a9fe]', '[fe90::1]'],
    ],
    ...['[::169.254.169.254]', '[::a00:7]', '[::ffff:10.0.0.7]', '[::ffff:0:a9fe:a9fe]'],
    ...['[64:ff9b::169.254.169.254]', '[64:ff9b::a00:7]', '[64:ff9b:1::1]', '[64:ff9b:1:ffff::7f00:1]'],
    ...['[2002:a9fe:a9fe::]', '[2002:7f00:1::1]', '[2001:0:4136:e378:8000:63bf:3fff:fdd2]'],
  ])('refuses %s as the address of a target', host => {
    expect(problemsOf({ wachtUrl: `https://${host}` })).toEqual([
      'wachtUrl: must not be a loopback, link-local or metadata address unless the stage is local',
    ])
    expect(problemsOf({ stage: 'local', wachtUrl: `https://${host}` })).toEqual([])
  })

  test.each([
    ...['10.0.0.7', '192.168.1.1', '128.0.0.1', '223.255.255.255', '[2001:db8::1]', '[2001:1::1]'],
    ...['[64:ff9a:ffff::1]', '[64:ff9b:2::1]', '[2003::1]', '[::1:0:0:1]', '[fd00::1]', '[fec0::1]'],
    ...['localhost.example.org', 'notlocalhost', 'mylocalhost.localdomain', 'ip6-localhost.example.org'],
  ])('takes %s', host => {
    expect(problemsOf({ wachtUrl: `https://${host}` })).toEqual([])
  })
})

describe('a wrong value is refused by key and rule', () => {
  test.each<[key: string, value: unknown, problem: string]>([
    ['stage', 'Prod', 'stage: must be a short lower-case label: ^[a-z][a-z0-9-]{0,19}$'],
    ['stage', undefined, 'stage: is missing'],
    ['wachtUrl', undefined, 'wachtUrl: is missing'],
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
    ['producers', { a: 1 }, 'producers: must be a list, or a string with commas in it'],
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
      'producers.1: must name behind = the whole ARN of the resource for which the service acts, without a wildcard, and only behind a service principal',
    ])
  })
})

describe('timings that contradict one another are refused', () => {
  test.each<[context: Record<string, number>, problem: string]>([
    [{ leaseSeconds: 60 }, 'leaseSeconds: must be more than functionTimeoutSeconds'],
    [{ requestTimeoutSeconds: 50 }, 'requestTimeoutSeconds: and closingSeconds together must be less than'],
    [{ functionTimeoutSeconds: 20 }, 'requestTimeoutSeconds: and closingSeconds together must be less than'],
    [{ landWithinSeconds: 0.9 }, 'landWithinSeconds: must be at least 1'],
    [{ retryFromSeconds: 901 }, 'retryFromSeconds: must be at most retryCapSeconds'],
    [{ giveUpSeconds: 900 }, 'notFoundGraceSeconds: must be less than giveUpSeconds'],
    [{ giveUpAtLatestSeconds: 3600 }, 'giveUpSeconds: must be at most giveUpAtLatestSeconds'],
    [{ replayTimeoutSeconds: 10 }, 'closingSeconds: must be less than replayTimeoutSeconds'],
    [
      { renewAfterSeconds: 12.5 * 86_400 },
      "renewAfterSeconds: must lie two days before the queue's retention",
    ],
    [{ giveUpAtLatestSeconds: 1_209_600 }, "giveUpAtLatestSeconds: must be less than the queue's retention"],
  ])('%j', (context, problem) => {
    expect(problemsOf(context)).toEqual([expect.stringContaining(problem)])
  })

  test('the problem shows the numbers', () => {
    expect(problemsOf({ leaseSeconds: '59' })[0]).toMatch(/leaseSeconds is 59, functionTimeoutSeconds is 60$/)
  })
})

test('one run tells every problem', () => {
  const problems = problemsOf({
    stage: 'PROD',
    wachtUrl: 'http://api.wacht.dev',
    projectUrl: 'brms',
    requestTimeoutSeconds: 'x',
    leaseSeconds: '4',
    projcetUrl: 'https://brms.acme.dev',
    roles: 'no/such/file.json',
  })
  expect(problems.map(problem => problem.split(':')[0]).toSorted()).toEqual(
    [
      'leaseSeconds',
      'projcetUrl',
      'projectUrl',
      'requestTimeoutSeconds',
      'roles',
      'stage',
      'wachtUrl',
    ].toSorted(),
  )
})

test('a problem never shows the value: it may be a token in the wrong place', () => {
  expect(problemsOf({ wachtUrl: 'secret-token', wachtDialect: 'secret-token' }).join()).not.toContain(
    'secret-token',
  )
})

test('the table of settings in infra/README.md has every key, and no other', () => {
  const [, known = ''] = /typo: is not known; there are (.*)/.exec(problemsOf({ typo: 1 }).join()) ?? []
  const [, table = ''] =
    /^## Settings$(.*?)^## /ms.exec(readFileSync(join(root, 'infra', 'README.md'), 'utf8')) ?? []
  const told = [...table.matchAll(/^\| (`.*?`) \|/gm)].flatMap(([, keys = '']) =>
    keys.replaceAll('`', '').split(', '),
  )
  expect(told.toSorted()).toEqual(known.split(', ').toSorted())
})

describe('a wrong role catalogue fails with its path', () => {
  const problemsOfCatalogue = (content: string) =>
    withOutdir(dir => {
      const file = join(dir, 'roles.json')
      writeFileSync(file, content)
      return problemsOf({ roles: file }).map(problem => problem.replace(file, 'FILE'))
    })

  test('an id that is a number', () => {
    const content =
      '{ "engineer": { "wacht": { "7301954381230018561": { "roleId": 7301954381230017002 } } } }'
    expect(problemsOfCatalogue(content)).toEqual([
      expect.stringMatching(/^roles: FILE: engineer\.wacht\.7301954381230018561\.roleId: must be a string/),
    ])
  })

  test('a target that does not exist', () => {
    expect(problemsOfCatalogue('{ "engineer": { "watch": {} } }')).toEqual([
      expect.stringMatching(/^roles: FILE: engineer\.watch: /),
    ])
  })

  test('a file that is not JSON', () => {
    expect(problemsOfCatalogue('{')).toEqual([expect.stringMatching(/^roles: FILE: .*JSON/)])
  })
})

describe('wrong sources fail with their path', () => {
  const problemsOfSources = (content: string, context: Record<string, unknown> = {}) =>
    withOutdir(dir => {
      const file = join(dir, 'sources.json')
      writeFileSync(file, content)
      return problemsOf({ sources: file, ...context }).map(problem => problem.replace(file, 'FILE'))
    })
  const hr = { kind: 'cloudevents', secret: 'hr' }

  test('a role that the catalogue does not have', () => {
    expect(problemsOfSources(JSON.stringify({ hr: { ...hr, roles: { Boss: 'boss' } } }))).toEqual([
      'sources: FILE: hr.roles.Boss: no role of this name in the catalogue; there are engineering-manager, engineer, member',
    ])
  })
  test('is not looked for in a catalogue that is wrong itself', () => {
    const content = JSON.stringify({ hr: { ...hr, roles: { Boss: 'boss' } } })
    expect(problemsOfSources(content, { roles: 'no/such/file.json' })).toEqual([
      expect.stringMatching(/^roles: /),
    ])
  })
  test.each(['wacht', 'project', 'person'])('the secret of %s', secret => {
    expect(problemsOfSources(JSON.stringify({ hr: { ...hr, secret } }))).toEqual([
      'sources: FILE: hr.secret: is taken by role-sync itself',
    ])
  })
  test('a file that is not JSON, and one that is not there', () => {
    expect(problemsOfSources('{')).toEqual([expect.stringMatching(/^sources: FILE: .*JSON/)])
    expect(problemsOf({ sources: 'no/such/file.json' })).toEqual([
      expect.stringMatching(/^sources: no\/such\/file\.json: ENOENT/),
    ])
  })
})
