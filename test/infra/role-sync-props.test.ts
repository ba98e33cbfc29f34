import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { App, Stack } from 'aws-cdk-lib'
import { Topic } from 'aws-cdk-lib/aws-sns'
import * as v from 'valibot'
import { thresholdsOf } from '../../infra/alarm-thresholds.ts'
import { timingsOf } from '../../infra/config.ts'
import { targetPathsOf } from '../../infra/context/target-deployment.ts'
import { root } from '../../infra/paths.ts'
import { RoleSync } from '../../infra/role-sync.ts'
import { deploymentOf, type RoleSyncProps, type RoleSyncTargets } from '../../infra/role-sync-props.ts'
import { appOf, withOutdir } from './stage.ts'

const good: RoleSyncProps = {
  stage: 'prod',
  targets: {
    wacht: { url: 'https://api.wacht.dev', dialect: 'role_ids' },
    project: { url: 'https://brms.acme.dev' },
  },
}

/** What the error says of props, as somebody without types may write them. */
function problemsOf(props: object): string[] {
  try {
    deploymentOf({ ...good, ...props } as RoleSyncProps)
    return []
  } catch (error) {
    return (error as Error).message.split('\n  ').slice(1)
  }
}

describe('props', () => {
  test('say what a context says', () => {
    expect(
      deploymentOf({
        ...good,
        requestTimeoutSeconds: 5,
        inFlightAlarm: 10,
        drain: 'off',
        tags: { team: 'x' },
      }),
    ).toMatchObject({
      stage: 'prod',
      targets: [
        { url: 'https://api.wacht.dev', options: { WACHT_DIALECT: 'role_ids' } },
        { name: 'project' },
      ],
      timings: { requestTimeoutSeconds: 5 },
      thresholds: { inFlightAlarm: 10 },
      ...{ drains: false, tags: { team: 'x' }, producers: [] },
    })
  })

  test('that are wrong are told in one error, each with its path and the rule', () => {
    expect(
      problemsOf({
        stage: 'PROD',
        targets: { wacht: { url: 'http://api.wacht.dev', dialect: 'x', token: 'y' }, watch: { url: '' } },
        roles: { auditor: { wacht: { 42: { roleId: 4242 } } } },
        sources: '',
        producers: ['*'],
        alarmTopic: { topicArn: 'calls', fifo: false },
        tags: { 'aws:team': 'x' },
        leaseSeconds: 60,
        logRetentionDay: 30,
      }).toSorted(),
    ).toEqual([
      'alarmTopic: must be the ARN of an SNS topic',
      'leaseSeconds: must be more than functionTimeoutSeconds; else a lease ends while its holder may still send; leaseSeconds is 60, functionTimeoutSeconds is 60',
      'logRetentionDay: is not a setting; the nearest one is logRetentionDays',
      'producers.0: must be an account id of 12 digits in a string, the ARN of a principal, or a service principal',
      expect.stringMatching(/^roles: auditor\.wacht\.42\.roleId: must be a string/),
      'sources: must be the path of a file, or its content as an object',
      'stage: must be a short lower-case label: ^[a-z][a-z0-9-]{0,19}$',
      'tags.aws:team: must be 1 to 128 characters that do not begin with aws:',
      'targets.project.url: is missing',
      'targets.wacht.dialect: must be role_id or role_ids',
      'targets.wacht.token: is not a setting; the nearest one is targets.wacht.url',
      'targets.wacht.url: must be https unless the stage is local',
      'targets.watch.url: is not a setting; the nearest one is targets.wacht.url',
    ])
  })

  test.each([
    ['targets', undefined, 'targets.project.url: is missing'],
    ['roles', [], 'roles: (roles): must be an object of roles'],
    ['roles', 'no/such/file.json', expect.stringMatching(/^roles: no\/such\/file\.json: ENOENT/)],
    ['tags', { team: 1 }, 'tags.team: must be a string of at most 256 characters'],
  ])('of a wrong %s are refused: %p', (key, value, problem) => {
    expect(problemsOf({ [key]: value })).toContainEqual(problem)
  })

  test('name a topic of the same app, but no FIFO topic: it takes nothing from alarms', () => {
    const stack = new Stack(new App({ analyticsReporting: false }), 'Theirs')
    expect(problemsOf({ alarmTopic: new Topic(stack, 'Calls') })).toEqual([])
    expect(problemsOf({ alarmTopic: new Topic(stack, 'Ordered', { fifo: true }) })).toEqual([
      'alarmTopic: must be the ARN of an SNS topic',
    ])
  })

  test('of a stage that the stack has already are refused: the names are taken', () => {
    withOutdir(outdir => {
      const { stack } = appOf({ stage: 'prod' }, outdir)
      expect(() => new RoleSync(stack, 'Retries', good)).toThrow(
        'stage: role-sync-prod/Default has the same stage; give each its own',
      )
    })
  })
})

/** The members of an interface with the doc comment before each, out of the source. */
const membersOf = (file: string, name: string) => {
  const source = readFileSync(join(root, 'infra', file), 'utf8')
  const [, body = ''] = new RegExp(`^export interface ${name}\\b.*?\\{$(.*?)^\\}$`, 'ms').exec(source) ?? []
  return [...body.matchAll(/(\/\*\*(?:(?!\*\/).)*\*\/)?\s*^ {2}readonly (\w+)(\??):/gms)].map(
    ([, doc = '', key = '', optional]) => ({ key, doc, default: /@default (\S+)/.exec(doc)?.[1], optional }),
  )
}

test('a target, a setting of it or a metric of it with a wrong name does not compile', () => {
  const metrics = (roleSync: RoleSync) => [
    roleSync.metricTimeToEffect('wacht'),
    roleSync.metricDead('person'),
    // @ts-expect-error There is no such target.
    roleSync.metricTimeToEffect('wacth'),
    // @ts-expect-error An event of a person is applied at its targets only.
    roleSync.metricApplied('person'),
    roleSync.targetSecrets.get('project'),
    // @ts-expect-error There is no such target.
    roleSync.targetSecrets.get('projet'),
  ]
  const targets: RoleSyncTargets[] = [
    good.targets,
    // @ts-expect-error There is no such target.
    { wacth: { url: 'https://api.wacht.dev' } },
    // @ts-expect-error Wacht has no such setting.
    { wacht: { dialekt: 'role_ids' } },
    // @ts-expect-error Wacht has no such dialect.
    { wacht: { dialect: 'roles' } },
    // @ts-expect-error Only Wacht has dialects.
    { project: { dialect: 'role_ids' } },
  ]
  expect({ metrics, targets }).toBeDefined()
})

describe('the paths of the targets among the props', () => {
  const target = (name: string, ...settings: string[]) => ({
    name,
    options: v.object(Object.fromEntries(settings.map(setting => [setting, v.string()]))),
  })

  test('are their own, even if the name of one begins with that of another', () => {
    expect(targetPathsOf([target('project'), target('projectx', 'PROJECTX_API_LEVEL')])).toEqual({
      projectUrl: 'targets.project.url',
      projectxUrl: 'targets.projectx.url',
      projectxApiLevel: 'targets.projectx.apiLevel',
    })
  })
})

describe('the doc comments', () => {
  test('of the numbers name their defaults', () => {
    const told = [...membersOf('config.ts', 'Profile'), ...membersOf('alarm-thresholds.ts', 'Thresholds')]
      .filter(({ key }) => key !== 'leaseSlackSeconds')
      .map(({ key, default: told }) => [key, Number(told)])
    const { leaseSeconds, visibilitySeconds: _, oldestLetterSeconds: __, ...others } = timingsOf('prod')
    expect(Object.fromEntries(told)).toEqual({ ...others, ...thresholdsOf() })
    const [lease] = membersOf('config.ts', 'Timings')
    expect(lease).toMatchObject({ key: 'leaseSeconds', default: String(leaseSeconds) })
  })

  test('of the other props name theirs, where they may be left out', () => {
    const props = membersOf('role-sync-props.ts', 'RoleSyncProps')
    expect(props.map(({ key }) => key)).toContain('alarmTopic')
    for (const { key, doc, default: told, optional } of props) {
      const found = { key, hasDoc: doc !== '', hasDefault: told !== undefined }
      expect(found).toEqual({ key, hasDoc: true, hasDefault: optional === '?' })
    }
  })
})
