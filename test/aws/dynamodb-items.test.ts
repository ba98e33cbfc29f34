import { afterAll, expect, test } from '@jest/globals'
import { createDynamoDbItems } from '../../functions/aws/dynamodb-items.ts'
import { secretReader } from '../../functions/aws/target-credentials.ts'
import { localEnvironment } from '../support/aws.ts'
import { json, startServer } from '../support/server.ts'

let failures = 0
const server = await startServer(response => {
  if (failures-- > 0) json(response, 500, { __type: 'InternalServerError' })
  else json(response, 200, { Item: {}, SecretString: 's' })
})
const env = { ...localEnvironment, AWS_ENDPOINT_URL: server.url }
const items = createDynamoDbItems({ env })
afterAll(() => server.stop())

/** What the service is asked while a call of ours meets one failure of it. */
async function askedBy(call: () => Promise<unknown>) {
  const before = server.seen.length
  failures = 1
  const error = await call().then(
    () => undefined,
    thrown => thrown,
  )
  const asked = server.seen.slice(before)
  return { error, targets: asked.map(({ headers }) => headers['x-amz-target']), first: asked[0]?.headers }
}

const TableName = 't'
const calls: readonly (readonly [
  name: string,
  call: () => Promise<unknown>,
  target: string,
  scope: string,
])[] = [
  ['a read', () => items.get({ TableName, Key: {} }), 'DynamoDB_20120810.GetItem', 'dynamodb'],
  [
    'a write to the history',
    () => items.batchWrite({ RequestItems: {} }),
    'DynamoDB_20120810.BatchWriteItem',
    'dynamodb',
  ],
  ['the read of a secret', secretReader('arn', { env }), 'secretsmanager.GetSecretValue', 'secretsmanager'],
]

test.each(calls)('%s goes again if the service fails: it does no harm', async (_, call, target, scope) => {
  const { error, targets, first } = await askedBy(call)
  expect({ error, targets }).toEqual({ error: undefined, targets: [target, target] })
  expect(first?.authorization).toContain(`/eu-central-1/${scope}/aws4_request`)
})

test('a write to the ledger does not go again: the protocol reads what it did', async () => {
  const { error, targets } = await askedBy(() => items.put({ TableName, Item: {} }))
  expect(error).toMatchObject({ name: 'InternalServerError' })
  expect(targets).toEqual(['DynamoDB_20120810.PutItem'])
})
