import { setImmediate } from 'node:timers/promises'
import { CreateTableCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type ApprovalsTable, createApprovals } from '../../functions/aws/approvals-table.ts'
import { createDynamoDbItems, type DynamoDbBatches } from '../../functions/aws/dynamodb-items.ts'
import type { Approval } from '../../functions/core/guard/approval.ts'
import { startDynamoDb } from '../../infra/local/engines/embedded-engines.ts'
import { dynamoDbAt, localEnvironment } from '../support/aws.ts'
import { versionOf } from '../support/entries.ts'
import { noon } from '../support/events.ts'

const approvalOf = (approval: string, approver: string, fields: Partial<Approval> = {}): Approval => ({
  ...{
    approval,
    approver,
    member: 'wacht/1/2',
    version: versionOf(5),
    desired: { groupIds: ['g'], owner: true },
  },
  ...{ at: new Date(noon).toISOString(), session: 'ada', why: 'it is right', plan: 'p', expires: 1 },
  ...fields,
})
const hour = 3_600_000

describe('the approvals in a table', () => {
  let engine: Awaited<ReturnType<typeof startDynamoDb>>
  let table: ApprovalsTable

  beforeAll(async () => {
    engine = await startDynamoDb({ port: 0 })
    const client = dynamoDbAt(engine.url)
    await client.send(
      new CreateTableCommand({
        TableName: 'approvals',
        KeySchema: [
          { AttributeName: 'approval', KeyType: 'HASH' },
          { AttributeName: 'approver', KeyType: 'RANGE' },
        ],
        AttributeDefinitions: ['approval', 'approver'].map(AttributeName => ({
          AttributeName,
          AttributeType: 'S',
        })),
        BillingMode: 'PAY_PER_REQUEST',
      }),
    )
    client.destroy()
    table = createApprovals(
      'approvals',
      createDynamoDbItems({ env: { ...localEnvironment, AWS_ENDPOINT_URL_DYNAMODB: engine.url } }),
    )
    const first = () => table.put(approvalOf('first', 'x')).catch(() => 'not yet')
    while ((await first()) === 'not yet') await setImmediate()
  })
  afterAll(() => engine.stop())

  test('are read by their key alone, as they were stored', async () => {
    await table.put(approvalOf('k1', 'ada'))
    await table.put(approvalOf('k1', 'bob'))
    await table.put(approvalOf('k2', 'eve'))
    expect(await table.read('k1')).toEqual([approvalOf('k1', 'ada'), approvalOf('k1', 'bob')])
    expect(await table.read('k3')).toEqual([])
  })
  test('keep the first approval of an approver of each day (UTC), and one of another day beside it', async () => {
    const by = 'arn:aws:iam::123456789012:user/ada'
    const at = (ms: number) => approvalOf('k4', by, { at: new Date(ms).toISOString(), why: `at ${ms}` })
    expect(await table.put(at(noon))).toBe('stored')
    expect(await table.put(at(noon + 12 * hour - 1))).toBe('already')
    expect(await table.put(at(noon + 12 * hour))).toBe('stored')
    expect(await table.read('k4')).toEqual([at(noon), at(noon + 12 * hour)])
  })
})

test('a reading is strongly consistent, and goes through all pages', async () => {
  const asked: unknown[] = []
  const query: DynamoDbBatches['query'] = async input => {
    asked.push(input.ExclusiveStartKey)
    expect(input.ConsistentRead).toBe(true)
    const page = { Items: [{ approver: { S: `a${asked.length}/2026-11-27` } }] }
    return asked.length < 3 ? { ...page, LastEvaluatedKey: { n: { N: String(asked.length) } } } : page
  }
  const { read } = createApprovals('approvals', { query, put: async () => ({}) })
  expect((await read('k')).map(({ approver }) => approver)).toEqual(['a1', 'a2', 'a3'])
  expect(asked).toEqual([undefined, { n: { N: '1' } }, { n: { N: '2' } }])
})

test('a failure is no answer', async () => {
  const down = async () => {
    throw new Error('down')
  }
  const { read, put } = createApprovals('approvals', { query: down, put: down })
  await expect(read('k')).rejects.toThrow('down')
  await expect(put(approvalOf('k', 'ada'))).rejects.toThrow('down')
})
