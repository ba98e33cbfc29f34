import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { settingKeys } from '../../infra/context/deployment.ts'
import { root } from '../../infra/paths.ts'
import { deploymentOf, problemsOf } from './good-context.ts'
import { withOutdir } from './stage.ts'

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

test('a key that is not a setting is answered with the nearest setting', () => {
  expect(problemsOf({ projcetUrl: 'https://brms.acme.dev', role: 'roles.json' })).toEqual([
    'projcetUrl: is not a setting; the nearest one is projectUrl',
    'role: is not a setting; the nearest one is roles',
  ])
})

test('a problem never shows the value: it may be a token in the wrong place', () => {
  expect(problemsOf({ wachtUrl: 'secret-token', wachtDialect: 'secret-token' }).join()).not.toContain(
    'secret-token',
  )
})

test('the table of settings in infra/README.md has every key, and no other', () => {
  const [, table = ''] =
    /^## Settings$(.*?)^## /ms.exec(readFileSync(join(root, 'infra', 'README.md'), 'utf8')) ?? []
  const told = [...table.matchAll(/^\| (`.*?`) \|/gm)].flatMap(([, keys = '']) =>
    keys.replaceAll('`', '').split(', '),
  )
  expect(told.toSorted()).toEqual(settingKeys.toSorted())
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
      'sources: FILE: hr.roles.Boss: the catalogue has no such role; it has: engineering-manager, engineer, member',
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
      'sources: FILE: hr.secret: role-sync itself uses this secret already; give each source its own',
    ])
  })
  test('a file that is not JSON, and one that is not there', () => {
    expect(problemsOfSources('{')).toEqual([expect.stringMatching(/^sources: FILE: .*JSON/)])
    expect(problemsOf({ sources: 'no/such/file.json' })).toEqual([
      expect.stringMatching(/^sources: no\/such\/file\.json: ENOENT/),
    ])
  })
})
