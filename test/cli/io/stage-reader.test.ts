import { CloudWatch } from '@aws-sdk/client-cloudwatch'
import { EventBridge } from '@aws-sdk/client-eventbridge'
import { SecretsManager } from '@aws-sdk/client-secrets-manager'
import { SNS } from '@aws-sdk/client-sns'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createStageReader, type StageReader } from '../../../functions/cli/io/stage-reader.ts'
import { json, startServer, type TestServer } from '../../support/server.ts'
import { fakeWorld } from '../fake-world.ts'

/** The answers of AWS by action: a body, or the name of an error. */
let answers: Record<string, object | string> = {}
/** What CloudWatch was asked for. */
const asked: Record<string, unknown>[] = []

let aws: TestServer
let reader: StageReader
beforeAll(async () => {
  aws = await startServer((response, { url, headers, body }) => {
    const action = String(headers['x-amz-target'] ?? new URLSearchParams(body).get('Action') ?? url)
    const name = Object.keys(answers).find(each => action.includes(each)) ?? ''
    const answer = answers[name] ?? 'UnknownOperationException'
    if (name.includes('Alarms') || name.includes('Statistics')) asked.push(JSON.parse(body))
    if (typeof answer === 'object') return json(response, 200, answer)
    if (answer.startsWith('<')) return void response.end(answer)
    json(response, 400, { __type: answer, message: 'no' }, { 'x-amzn-errortype': answer })
  })
  const settings = {
    ...{ endpoint: aws.url, region: 'us-east-1', maxAttempts: 1 },
    credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
  }
  const { world } = fakeWorld({
    ...{ sqs: aws.url, dynamodb: aws.url, lambda: aws.url },
    env: { AWS_ENDPOINT_URL: aws.url },
  })
  reader = createStageReader({
    ...world,
    doctorClients: async () => ({
      secretsManager: new SecretsManager(settings),
      cloudWatch: new CloudWatch(settings),
      eventBridge: new EventBridge(settings),
      sns: new SNS(settings),
    }),
  })
})
afterAll(() => aws.stop())

const topic = (confirmed: number) =>
  '<GetTopicAttributesResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><GetTopicAttributesResult><Attributes>' +
  `<entry><key>SubscriptionsConfirmed</key><value>${confirmed}</value></entry>` +
  '</Attributes></GetTopicAttributesResult></GetTopicAttributesResponse>'

test('every read answers what AWS shows', async () => {
  answers = {
    GetQueueUrl: { QueueUrl: `${aws.url}/1/q` },
    GetQueueAttributes: { Attributes: { ApproximateNumberOfMessages: '2' } },
    DescribeTable: { Table: { TableStatus: 'ACTIVE' } },
    GetSecretValue: { SecretString: 'text' },
    '/functions/f/configuration': { FunctionArn: 'arn:f' },
    '/event-source-mappings': { EventSourceMappings: [{ UUID: 'u' }] },
    DescribeAlarms: { MetricAlarms: [{ AlarmName: 'a' }] },
    GetTopicAttributes: topic(2),
    ListRuleNamesByTarget: { RuleNames: ['r'] },
    DescribeRule: { State: 'ENABLED' },
    GetMetricStatistics: { Datapoints: [{ Sum: 2 }, { Sum: 3 }] },
  }
  expect(await reader.region('q')).toBe('us-east-1')
  expect(await reader.queue('q')).toEqual({ ApproximateNumberOfMessages: '2' })
  expect(await reader.table('t')).toBe('ACTIVE')
  expect(await reader.secret('s')).toBe('text')
  expect(await reader.lambda('f')).toMatchObject({ FunctionArn: 'arn:f' })
  expect(await reader.mappings('f')).toMatchObject([{ UUID: 'u' }])
  expect(await reader.alarms('p-')).toMatchObject([{ AlarmName: 'a' }])
  expect(await reader.subscriptions('arn:aws:sns:us-east-1:1:t')).toBe(2)
  expect(await reader.rules('arn:f')).toEqual(['ENABLED'])
  const metric = { namespace: 'N', name: 'M', dimensions: { function: 'f' } }
  expect(await reader.sum(metric, 0, 86_400_000)).toBe(5)
  expect(asked).toMatchObject([
    { AlarmNamePrefix: 'p-' },
    { Namespace: 'N', MetricName: 'M', Dimensions: [{ Name: 'function', Value: 'f' }], Period: 86_400 },
  ])
})

const reads: readonly (readonly [permission: string, read: () => Promise<unknown>, nothing: unknown])[] = [
  ['sqs:GetQueueUrl', () => reader.queue('q'), undefined],
  ['dynamodb:DescribeTable', () => reader.table('t'), undefined],
  ['secretsmanager:GetSecretValue', () => reader.secret('s'), undefined],
  ['lambda:GetFunctionConfiguration', () => reader.lambda('f'), undefined],
  ['lambda:ListEventSourceMappings', () => reader.mappings('f'), []],
  ['cloudwatch:DescribeAlarms', () => reader.alarms('p-'), []],
  ['events:ListRuleNamesByTarget', () => reader.rules('arn:f'), []],
]
const all = (answer: string) => {
  const actions = [
    'GetQueueUrl',
    'DescribeTable',
    'GetSecretValue',
    'DescribeAlarms',
    'ListRuleNamesByTarget',
  ]
  answers = Object.fromEntries([...actions, '/2015-03-31'].map(action => [action, answer]))
}

test.each(reads)('%s: what does not exist is nothing', async (_, read, nothing) => {
  all('ResourceNotFoundException')
  expect(await read()).toEqual(nothing)
})
test.each(reads)('%s: a denial names the permission', async (permission, read) => {
  all('AccessDeniedException')
  await expect(read()).rejects.toMatchObject({ name: 'Failure', message: `no permission ${permission}` })
})
test.each(reads)('%s: a service that is not there says so', async (permission, read) => {
  all('UnknownOperationException')
  await expect(read()).rejects.toMatchObject({
    message: `${aws.url} (AWS_ENDPOINT_URL) does not offer ${permission}`,
  })
})
test('credentials are taken where SQS denies the queue, and not where it refuses them', async () => {
  all('AccessDeniedException')
  expect(await reader.region('q')).toBe('us-east-1')
  all('InvalidClientTokenId')
  await expect(reader.region('q')).rejects.toMatchObject({ message: 'AWS refuses the credentials: no' })
})
