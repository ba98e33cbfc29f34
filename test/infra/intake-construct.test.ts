import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import type { Template } from 'aws-cdk-lib/assertions'
import * as v from 'valibot'
import { settingsSchema } from '../../functions/intake/intake-settings.ts'
import { limits } from '../../infra/config.ts'
import type { Resource } from '../../infra/synth.ts'
import { problemsOf } from './good-context.ts'
import {
  allow,
  arnOf,
  idOf,
  only,
  permissionsOf,
  sources,
  startingWith,
  templateOf,
  withOutdir,
} from './stage.ts'

const hr = { kind: 'cloudevents', secret: 'hr' }

/** The template of a stage with these sources. */
const templateWith = (declared: object): Template =>
  withOutdir(dir => {
    const file = join(dir, 'sources.json')
    writeFileSync(file, JSON.stringify(declared))
    return templateOf({ stage: 'prod', sources: file })
  })

const template = templateOf({ stage: 'prod', sources })
const lambda = startingWith(template, 'AWS::Lambda::Function', 'Intake')
const resources = (of: Template, type: string) =>
  Object.values(of.findResources(type)) as unknown as readonly Resource[]
const secret = (name: string) => ({
  Ref: idOf(template, 'AWS::SecretsManager::Secret', 'Name', `role-sync/prod/${name}`),
})

describe('the intake function', () => {
  test('may send to the one queue and read the secrets of its sources, and nothing else', () => {
    const logs = startingWith(template, 'AWS::Logs::LogGroup', 'Intake').id
    const changes = idOf(template, 'AWS::SQS::Queue', 'QueueName', 'role-sync-prod-changes')
    expect(permissionsOf(template, 'Intake')).toEqual([
      allow(['logs:CreateLogStream', 'logs:PutLogEvents'], arnOf(logs)),
      allow(['xray:PutTelemetryRecords', 'xray:PutTraceSegments'], '*'),
      allow(['sqs:SendMessage'], arnOf(changes)),
      allow(['secretsmanager:GetSecretValue'], [secret('okta-event-hook'), secret('hr-webhook')]),
    ])
    expect(Object.keys(startingWith(template, 'AWS::IAM::Role', 'Intake').Properties)).toEqual([
      'AssumeRolePolicyDocument',
    ])
  })

  test('is told what it asks for: the queue, the deadline, and where each secret is', () => {
    const { Variables } = lambda.Properties.Environment as { Variables: Record<string, unknown> }
    expect(Variables).toEqual({
      CHANGES_QUEUE_URL: { Ref: idOf(template, 'AWS::SQS::Queue', 'QueueName', 'role-sync-prod-changes') },
      DEADLINE_MS: '2500',
      OKTA_SOURCE_SECRET_ARN: secret('okta-event-hook'),
      HR_SOURCE_SECRET_ARN: secret('hr-webhook'),
      POWERTOOLS_SERVICE_NAME: 'role-sync',
      POWERTOOLS_METRICS_NAMESPACE: 'RoleSync',
      POWERTOOLS_LOG_LEVEL: 'INFO',
    })
    const schema = settingsSchema(['okta', 'hr'])
    const deployed = { ...Variables, CHANGES_QUEUE_URL: 'https://sqs.eu-central-1.amazonaws.com/1/changes' }
    const withArns = { ...deployed, OKTA_SOURCE_SECRET_ARN: 'arn:x', HR_SOURCE_SECRET_ARN: 'arn:y' }
    expect(v.safeParse(schema, withArns).issues).toBeUndefined()
    for (const name of [
      'CHANGES_QUEUE_URL',
      'DEADLINE_MS',
      'OKTA_SOURCE_SECRET_ARN',
      'HR_SOURCE_SECRET_ARN',
    ]) {
      expect(v.safeParse(schema, { ...withArns, [name]: undefined }).success).toBe(false)
    }
  })

  test('answers by itself before Okta stops waiting, and before Lambda would end it', () => {
    expect(limits.intakeDeadlineSeconds).toBeLessThan(3)
    expect(lambda.Properties.Timeout).toBeGreaterThan(limits.intakeDeadlineSeconds)
    expect(lambda.Properties.MemorySize).toBe(1024)
  })

  test('is called by API Gateway alone, for the routes of its sources', () => {
    const permissions = resources(template, 'AWS::Lambda::Permission').filter(
      ({ Properties }) => JSON.stringify(Properties.FunctionName) === JSON.stringify(arnOf(lambda.id)),
    )
    expect(permissions).toHaveLength(3)
    for (const { Properties } of permissions) {
      expect(Properties.Principal).toBe('apigateway.amazonaws.com')
      expect(JSON.stringify(Properties.SourceArn)).toMatch(/\/\*\/\*\/sources\/(okta|hr)"/)
    }
  })
})

describe('the API', () => {
  const stage = only(template, 'AWS::ApiGatewayV2::Stage')

  test('has the routes of the declared sources and no other, and none for all the rest', () => {
    const keys = resources(template, 'AWS::ApiGatewayV2::Route').map(({ Properties }) => Properties.RouteKey)
    expect(keys.toSorted()).toEqual(['GET /sources/okta', 'POST /sources/hr', 'POST /sources/okta'])
  })

  test('passes requests to the function as they came', () => {
    expect(only(template, 'AWS::ApiGatewayV2::Integration').Properties).toMatchObject({
      IntegrationType: 'AWS_PROXY',
      IntegrationUri: arnOf(lambda.id),
      PayloadFormatVersion: '2.0',
    })
  })

  test('throttles each route by itself, once it is there', () => {
    const limit = { ThrottlingRateLimit: 500, ThrottlingBurstLimit: 1000, DetailedMetricsEnabled: true }
    const { ThrottlingRateLimit, ThrottlingBurstLimit } = limit
    expect(stage.Properties).toMatchObject({
      ...{ StageName: '$default', AutoDeploy: true },
      // Of all routes together: no less than each has, or one source could block the others.
      DefaultRouteSettings: { ThrottlingRateLimit, ThrottlingBurstLimit },
    })
    expect(stage.Properties.RouteSettings).toEqual({
      'POST /sources/okta': limit,
      'GET /sources/okta': limit,
      'POST /sources/hr': limit,
    })
    for (const id of Object.keys(template.findResources('AWS::ApiGatewayV2::Route')))
      expect(stage.DependsOn).toContain(id)
    const slow = templateOf({ stage: 'prod', sources, intakeRequestsPerSecond: '5', intakeBurst: 7 })
    expect(only(slow, 'AWS::ApiGatewayV2::Stage').Properties.RouteSettings).toMatchObject({
      'POST /sources/hr': { ThrottlingRateLimit: 5, ThrottlingBurstLimit: 7 },
    })
  })

  test('counts the requests of each route that it throttles, out of its access log', () => {
    const logs = startingWith(template, 'AWS::Logs::LogGroup', 'AccessLogs')
    expect(only(template, 'AWS::Logs::MetricFilter').Properties).toEqual({
      LogGroupName: { Ref: logs.id },
      FilterPattern: '{ $.status = "429" }',
      MetricTransformations: [
        {
          ...{ MetricNamespace: 'RoleSync', MetricName: 'role-sync-prod-intake-throttled', MetricValue: '1' },
          Dimensions: [{ Key: 'route', Value: '$.route' }],
        },
      ],
    })
    const { Format } = stage.Properties.AccessLogSettings as { Format: string }
    expect(JSON.parse(Format)).toMatchObject({ status: '$context.status', route: '$context.routeKey' })
  })

  test('logs accesses without headers, bodies and what a caller makes up', () => {
    const { DestinationArn, Format } = stage.Properties.AccessLogSettings as Record<string, string>
    const logs = startingWith(template, 'AWS::Logs::LogGroup', 'AccessLogs')
    expect(DestinationArn).toEqual(arnOf(logs.id))
    expect(logs.Properties).toEqual({
      LogGroupName: '/aws/vendedlogs/role-sync-prod-intake',
      RetentionInDays: 180,
    })
    const told = Object.values(JSON.parse(Format as string) as Record<string, string>)
    for (const value of told) {
      expect(value).toMatch(/^\$context\.[\w.]+$/)
      expect(value).not.toMatch(/path|userAgent|authorizer|header|body|domain/i)
    }
  })
})

test('where no source is declared, as in this repository, there is no API, no function and no secret', () => {
  const none = templateOf({ stage: 'prod' })
  for (const type of ['Api', 'Route', 'Integration', 'Stage'])
    none.resourceCountIs(`AWS::ApiGatewayV2::${type}`, 0)
  expect(resources(none, 'AWS::Lambda::Function')).toHaveLength(4)
  expect(resources(none, 'AWS::SecretsManager::Secret')).toHaveLength(4)
  expect(JSON.stringify(none.toJSON())).not.toMatch(/intake/i)
})

test('sources whose names look alike without hyphens live side by side', () => {
  const alike = templateWith({ 'hr-2': hr, hr2: { ...hr, secret: 'hr2' } })
  expect(resources(alike, 'AWS::ApiGatewayV2::Route').map(({ Properties }) => Properties.RouteKey)).toEqual([
    'POST /sources/hr-2',
    'POST /sources/hr2',
  ])
  expect(resources(alike, 'AWS::SecretsManager::Secret')).toHaveLength(6)
})

describe('a source of hints', () => {
  const declared = { hr, wacht: { kind: 'wacht', secret: 'wacht-webhook', organizations: ['7'] } }
  const hinting = templateWith(declared)
  const table = arnOf(startingWith(hinting, 'AWS::DynamoDB::GlobalTable', 'SweepReadings').id)
  /** The one item of the sweep's table that two functions change. */
  const changeHints = {
    ...allow(['dynamodb:UpdateItem'], table),
    Condition: {
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['hints'] },
      Null: { 'dynamodb:LeadingKeys': 'false' },
    },
  }

  const sweep = startingWith(hinting, 'AWS::Lambda::Function', 'Sweep').id

  test('lets the intake change the hints in the table of the sweep and call it, and nothing else there', () => {
    const ofSweep = permissionsOf(hinting, 'Intake').filter(each => JSON.stringify(each).includes('Sweep'))
    expect(ofSweep).toEqual([changeHints, allow(['lambda:InvokeFunction'], arnOf(sweep))])
    const { Environment } = startingWith(hinting, 'AWS::Lambda::Function', 'Intake').Properties
    expect(Environment).toMatchObject({
      Variables: {
        SWEEP_TABLE: { Ref: startingWith(hinting, 'AWS::DynamoDB::GlobalTable', 'Sweep').id },
        SWEEP_FUNCTION: { Ref: sweep },
      },
    })
  })
  test('lets the sweep forget them, and no other stage has the permission', () => {
    expect(permissionsOf(hinting, 'Sweep')).toContainEqual(changeHints)
    for (const other of [template, templateOf({ stage: 'prod' })])
      expect(JSON.stringify(other.toJSON())).not.toContain('dynamodb:UpdateItem')
  })
  test('is refused where the sweep is off', () => {
    expect(problemsOf({ sources: declared, sweep: 'off' })).toEqual([
      'sources: wacht.kind: wacht needs the sweep, which is off; set sweep to on',
    ])
    expect(problemsOf({ sources: declared })).toEqual([])
  })
})
