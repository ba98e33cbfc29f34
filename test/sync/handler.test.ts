import { createHash } from 'node:crypto'
import { afterEach, expect, test } from '@jest/globals'
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda'
import { bodyOf, membership, organization } from '../support/events.ts'
import { type Line, linesWhile } from '../support/lines.ts'
import { recordOf } from '../support/records.ts'
import { json, type Seen, startServer, type TestServer } from '../support/server.ts'

let server: TestServer
afterEach(() => server.stop())

type Fields = Readonly<Record<string, string>>
const operationOf = ({ headers }: Seen) => String(headers['x-amz-target'] ?? '').split('.')[1]
const given = (seen: Seen) => JSON.parse(seen.body) as Fields

/** What AWS and the targets answer: there is no secret of people's keys, the targets are down, and Wacht refuses a change. */
const answers: Readonly<Record<string, (seen: Seen) => readonly [number, object]>> = {
  GetItem: () => [200, {}],
  PutItem: () => [200, {}],
  GetSecretValue: seen =>
    given(seen).SecretId === 'person'
      ? [400, { __type: 'ResourceNotFoundException', message: 'no such secret' }]
      : [200, { SecretString: '{"token":"t"}' }],
  SendMessage: seen => [
    200,
    {
      MessageId: 'x',
      MD5OfMessageBody: createHash('md5')
        .update(given(seen).MessageBody ?? '')
        .digest('hex'),
    },
  ],
  ChangeMessageVisibilityBatch: () => [200, { Successful: [], Failed: [] }],
}
const answerOf = (seen: Seen): readonly [number, object] =>
  answers[operationOf(seen) ?? '']?.(seen) ?? [seen.method === 'PATCH' ? 422 : 503, {}]

const numbers = [
  ...['RETRY_FROM_MS', 'RETRY_CAP_MS', 'LAND_WITHIN_MS', 'CLOSING_MS', 'LEASE_MS', 'NOT_FOUND_GRACE_MS'],
  ...['BREAKER_OPEN_MS', 'PERSON_MEMORY_MS', 'REQUEST_TIMEOUT_MS'],
]
const environment = (url: string) => ({
  ...Object.fromEntries(numbers.map(name => [name, '5000'])),
  ...{ GIVE_UP_MS: '9999999999999', GIVE_UP_AT_LATEST_MS: '9999999999999', LEDGER_TABLE: 'ledger' },
  ...{ CHANGES_QUEUE_URL: `${url}/1/changes`, DEAD_LETTER_QUEUE_URL: `${url}/1/letters` },
  ...{ WACHT_URL: `${url}/wacht`, WACHT_SECRET_ARN: 'wacht', PERSON_SECRET_ARN: 'person' },
  ...{ PROJECT_URL: `${url}/project`, PROJECT_SECRET_ARN: 'project' },
  ...{ AWS_ENDPOINT_URL: url, AWS_REGION: 'eu-central-1' },
  ...{ AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x' },
  ...{ POWERTOOLS_SERVICE_NAME: 'role-sync', POWERTOOLS_METRICS_NAMESPACE: 'RoleSync' },
})
const context = { awsRequestId: 'r1', getRemainingTimeInMillis: () => 60_000 } as Context

test('the function settles a batch with what its environment names', async () => {
  server = await startServer((response, seen) => json(response, ...answerOf(seen)))
  const person = bodyOf({ data: { person: { email: 'jane@example.com' }, role: 'engineer' } })
  const Records = [recordOf('m1', bodyOf()), recordOf('m2', 'no JSON'), recordOf('m3', person)]
  let response: unknown
  const lines = await linesWhile(environment(server.url), async () => {
    const { handler } = await import('../../functions/sync/handler.ts')
    response = await handler({ Records } as SQSEvent, context)
  })

  expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'm3' }] } satisfies SQSBatchResponse)
  const asked = (operation: string) => server.seen.filter(seen => operationOf(seen) === operation).map(given)
  const letter = expect.objectContaining({ QueueUrl: `${server.url}/1/letters` })
  expect(asked('SendMessage')).toEqual([letter, letter])
  expect(asked('ChangeMessageVisibilityBatch')).toMatchObject([{ QueueUrl: `${server.url}/1/changes` }])
  expect(server.seen.find(({ method }) => method === 'PATCH')?.url).toBe(
    `/wacht/organizations/${organization}/members/${membership}`,
  )
  const entries = asked('PutItem') as unknown as { TableName: string; Item: { lease?: unknown } }[]
  expect(entries[0]).toMatchObject({
    TableName: 'ledger',
    Item: { lease: { M: { holder: { S: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f-]{27}$/) } } } },
  })

  const told = (message: string): Line[] => lines.filter(line => line.message === message)
  expect(told('outcome').map(({ messageId, reason }) => [messageId, reason])).toEqual(
    expect.arrayContaining([
      ['m1', 'rejected'],
      ['m2', 'invalid_event'],
    ]),
  )
  expect(told('again')).toMatchObject([{ messageId: 'm3', requestId: 'r1' }])
  expect(told('people are looked for each time until the secret can be read')).toHaveLength(1)
  expect(lines.filter(line => '_aws' in line)).not.toHaveLength(0)
})
