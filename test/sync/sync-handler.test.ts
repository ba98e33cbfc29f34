import { createHash } from 'node:crypto'
import { afterEach, expect, jest, test } from '@jest/globals'
import type { Context, SQSEvent } from 'aws-lambda'
import { startAwsHere } from '../support/aws-here.ts'
import { bodyOf, membership, organization } from '../support/events.ts'
import { catchLines, type Line, metricsIn } from '../support/lines.ts'
import { recordOf } from '../support/records.ts'
import { json, startServer } from '../support/server.ts'

const stops: (() => Promise<void>)[] = []
const before = { ...process.env }
afterEach(async () => {
  jest.resetModules()
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name]
  Object.assign(process.env, before)
  await Promise.all(stops.splice(0).map(stop => stop()))
})

const context = { awsRequestId: 'r1', getRemainingTimeInMillis: () => 60_000 } as Context
const md5 = (text: unknown) => createHash('md5').update(String(text)).digest('hex')
const numbers = [
  ...['RETRY_FROM_MS', 'RETRY_CAP_MS', 'LAND_WITHIN_MS', 'CLOSING_MS', 'LEASE_MS', 'NOT_FOUND_GRACE_MS'],
  ...['BREAKER_OPEN_MS', 'PERSON_MEMORY_MS', 'REQUEST_TIMEOUT_MS'],
]

/** Wacht refuses changes and shows no lists, and there is no secret for the keys of people. */
async function start(more: Readonly<Record<string, string>> = {}) {
  const target = await startServer((response, { method }) =>
    json(response, method === 'PATCH' ? 422 : 503, {}),
  )
  const aws = await startAwsHere(
    {
      GetSecretValue: ({ SecretId }) => (SecretId === 'person' ? {} : { SecretString: '{"token":"t"}' }),
      SendMessage: ({ MessageBody }) => ({ MessageId: 'x', MD5OfMessageBody: md5(MessageBody) }),
    },
    url => ({
      ...Object.fromEntries(numbers.map(name => [name, '5000'])),
      ...{ GIVE_UP_MS: '9999999999999', GIVE_UP_AT_LATEST_MS: '9999999999999', LEDGER_TABLE: 'ledger' },
      ...{ CHANGES_QUEUE_URL: `${url}/1/changes`, DEAD_LETTER_QUEUE_URL: `${url}/1/letters` },
      ...{ WACHT_URL: `${target.url}/wacht`, WACHT_SECRET_ARN: 'wacht', PERSON_SECRET_ARN: 'person' },
      ...{ DUE_TABLE: 'due', DUE_SECRET_ARN: 'due' },
      ...{ PROJECT_URL: `${target.url}/project`, PROJECT_SECRET_ARN: 'project' },
      ...more,
    }),
  )
  stops.push(aws.stop, target.stop)
  return { ...aws, target }
}

test('the function settles a batch with what its environment names', async () => {
  const { inputs, target } = await start()
  const person = bodyOf({ data: { person: { email: 'jane@example.com' }, role: 'engineer' } })
  const Records = [recordOf('m1', bodyOf()), recordOf('m2', 'no JSON'), recordOf('m3', person)]
  const end = catchLines()
  let lines: Line[] = []
  try {
    const { handler } = await import('../../functions/sync/sync-handler.ts')
    expect(await handler({ Records } as SQSEvent, context)).toEqual({
      batchItemFailures: [{ itemIdentifier: 'm3' }],
    })
  } finally {
    lines = end()
  }

  const urls = (action: string) => inputs(action).map(({ QueueUrl }) => new URL(String(QueueUrl)).pathname)
  expect(urls('SendMessage')).toEqual(['/1/letters', '/1/letters'])
  expect(urls('ChangeMessageVisibilityBatch')).toEqual(['/1/changes'])
  expect(target.seen.find(({ method }) => method === 'PATCH')?.url).toBe(
    `/wacht/organizations/${organization}/members/${membership}`,
  )
  expect(inputs('PutItem')[0]).toMatchObject({
    TableName: 'ledger',
    Item: { lease: { M: { holder: { S: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f-]{27}$/) } } } },
  })

  expect(new Set(inputs('PutItem').map(({ TableName }) => TableName))).toEqual(new Set(['ledger']))

  const told = (message: string) => lines.filter(line => line.message === message)
  const reasons = told('outcome').map(({ messageId, reason }) => [messageId, reason])
  expect(reasons.toSorted()).toEqual([
    ['m1', 'rejected'],
    ['m2', 'invalid_event'],
  ])
  expect(told('retry')).toMatchObject([{ messageId: 'm3', requestId: 'r1' }])
  expect(
    told('secret of people not readable; every person is searched in the lists until it is'),
  ).toHaveLength(1)
  expect(metricsIn(lines)).not.toHaveLength(0)
})

test('the function writes the history and tells the topic that its environment names', async () => {
  const topic = await startServer(response => json(response, 403, {}))
  stops.push(topic.stop)
  const { inputs } = await start({
    ...{ HISTORY_TABLE: 'history', HISTORY_DAYS: '2', AWS_ENDPOINT_URL_SNS: topic.url },
    ...{ OUTCOMES_TOPIC_ARN: 'arn:aws:sns:eu-central-1:1:outcomes', OUTCOMES_SOURCE: '//role-sync/here' },
  })
  const end = catchLines()
  try {
    const { handler } = await import('../../functions/sync/sync-handler.ts')
    const Records = [recordOf('m1', 'no JSON')]
    expect(await handler({ Records } as SQSEvent, context)).toEqual({
      batchItemFailures: [{ itemIdentifier: 'm1' }],
    })
  } finally {
    end()
  }
  const [{ TableName, Item } = {}] = inputs('PutItem')
  const { at, expires } = Item as { at: { S: string }; expires: { N: string } }
  expect([TableName, Number(expires.N)]).toEqual(['history', Math.ceil(Date.parse(at.S) / 1000) + 2 * 86_400])
  const told = new URLSearchParams(topic.seen[0]?.body)
  expect(told.get('TopicArn')).toBe('arn:aws:sns:eu-central-1:1:outcomes')
  expect([...told.values()].join()).toContain('"source":"//role-sync/here"')
})
