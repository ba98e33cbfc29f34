import { CreateTableCommand, DescribeTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb'
import {
  CreateQueueCommand,
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
} from '@aws-sdk/client-sqs'
import { namesOf } from '../../../functions/core/resource-names.ts'
import { secretArn, startEngines } from '../../../infra/local/engines/embedded-engines.ts'
import { dynamoDbAt, localEnvironment, sqsAt } from '../../support/aws.ts'
import { createHistoryTable } from '../../support/history.ts'
import { bodyOf } from '../events.ts'
import { startDurableService } from './durable-service.ts'
import { letterOf } from './letter.ts'
import { countRequests } from './requests.ts'
import { startTarget } from './target.ts'

/** The process of the target and the engines: says where they are, then does what it is asked for. */

const region = localEnvironment.AWS_REGION
const secret = 'bench/wacht'
const requests = countRequests()
const engines = await startEngines({
  ...{ port: 0, region },
  secrets: new Map([[secret, '{"token":"bench"}']]),
})
const target = await startTarget()
const dynamodb = dynamoDbAt(engines.dynamodb.url)
const sqs = sqsAt(engines.sqs.url)

const names = namesOf('bench')
await createTable(dynamodb, names.ledgerTable, 'member')
await createTable(dynamodb, 'idempotency', 'id')
await createHistoryTable(dynamodb, names.historyTable)
const changes = await createQueue(names.changesQueue)
const letters = await createQueue(names.deadLetterQueue)

const asked: Readonly<Record<string, (argument: number, first: number) => unknown>> = {
  enqueue: (count, first) => send(changes, count, first, n => ({ MessageBody: bodyOf(n) })),
  bury: (count, first) => send(letters, count, first, letterOf),
  delay: ms => {
    target.state.delayMs = ms
  },
  counts: () => ({ ...requests.take(), target: target.state.requests }),
}

process.on('message', async ({ ask, argument, first }: { ask: string; argument: number; first: number }) => {
  process.send?.({ answer: (await asked[ask]?.(argument, first)) ?? null })
})
process.on('disconnect', () => process.exit())

process.send?.({
  answer: {
    ...engines.environment,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ENDPOINT_URL_LAMBDA: await startDurableService(),
    WACHT_URL: target.url,
    WACHT_SECRET_ARN: secretArn(region, secret),
    PROJECT_URL: target.url,
    PROJECT_SECRET_ARN: secretArn(region, secret),
    CHANGES_QUEUE_URL: changes,
    DEAD_LETTER_QUEUE_URL: letters,
    LEDGER_TABLE: names.ledgerTable,
    IDEMPOTENCY_TABLE: 'idempotency',
  },
})

async function createTable(client: DynamoDBClient, TableName: string, key: string): Promise<void> {
  await client.send(
    new CreateTableCommand({
      TableName,
      KeySchema: [{ AttributeName: key, KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: key, AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  )
  const isActive = async () =>
    (await client.send(new DescribeTableCommand({ TableName }))).Table?.TableStatus === 'ACTIVE'
  while (!(await isActive()));
}

async function createQueue(QueueName: string): Promise<string> {
  await sqs.send(new CreateQueueCommand({ QueueName }))
  return `${engines.sqs.url}/000000000000/${QueueName}`
}

async function send(
  QueueUrl: string,
  count: number,
  first: number,
  entryOf: (n: number) => Omit<SendMessageBatchRequestEntry, 'Id'>,
): Promise<void> {
  for (let start = 0; start < count; start += 10) {
    const Entries = Array.from({ length: Math.min(10, count - start) }, (_, index) => ({
      Id: String(index),
      ...entryOf(first + start + index),
    }))
    await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }))
  }
}
