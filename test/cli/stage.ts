import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DeleteTableCommand,
  DescribeTableCommand,
} from '@aws-sdk/client-dynamodb'
import { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs'
import { DynamoDBDocumentClient, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb'
import { expect } from '@jest/globals'
import bundled from '#roles' with { type: 'json' }
import { createApprove } from '../../functions/approve/approve-changes.ts'
import { createApprovals } from '../../functions/aws/approvals-table.ts'
import { createDueTable } from '../../functions/aws/due-table.ts'
import { createHistory } from '../../functions/aws/history-table.ts'
import { createLedger } from '../../functions/aws/ledger-table.ts'
import { signWith } from '../../functions/aws/reassert-key.ts'
import { sha256 } from '../../functions/aws/sha256.ts'
import type { Listening } from '../../functions/cli/loopback/loopback-listener.ts'
import type { LetterAttributes } from '../../functions/core/dead-letter/letter-attributes.ts'
import type { DueItem } from '../../functions/core/due/due-item.ts'
import type { Catalogue } from '../../functions/core/event/role-catalogue.ts'
import type { HistoryItem } from '../../functions/core/history/history-item.ts'
import type { Entry } from '../../functions/core/ledger/ledger-entry.ts'
import { scopeOf } from '../../functions/core/people/person-event.ts'
import type { Stepped } from '../../functions/core/ports.ts'
import { namesOf } from '../../functions/core/resource-names.ts'
import { createReassert } from '../../functions/reassert/send-reassertions.ts'
import { describeCatalogue } from '../../functions/replay/described-catalogue.ts'
import { readRequest } from '../../functions/replay/replay-request.ts'
import { readCatalogue } from '../../functions/targets/index.ts'
import { startDynamoDb } from '../../infra/local/engines/embedded-engines.ts'
import { startSqs } from '../../infra/local/engines/sqs-engine.ts'
import type { Pool } from '../../infra/local/lambda/instance-pool.ts'
import { startLambda } from '../../infra/local/lambda/lambda-endpoint.ts'
import { startFunctionUrl } from '../../infra/local/stack/function-url.ts'
import type { FunctionDescription } from '../../infra/local/template/template-functions.ts'
import { batchesOf } from '../support/aws.ts'
import { createDueItemsTable } from '../support/due.ts'
import { noon } from '../support/events.ts'
import { createHistoryTable } from '../support/history.ts'
import { createLedgerTable } from '../support/ledger-table.ts'
import { clientOf, databaseOf } from './fake-world.ts'

/** SQS, DynamoDB and Lambda in this process, on which each test has a stage of its own. */
export async function startStages() {
  const sqs = await startSqs({ port: 0, region: 'us-east-1' })
  const dynamodb = await startDynamoDb({ port: 0 })
  const functions = new Map<string, Pool>()
  const described = { functions: [] as FunctionDescription[], mappings: [], urls: new Map<string, string>() }
  const served: Listening[] = []
  const lambda = await startLambda(0, functions, described)
  const client = clientOf(sqs.url)
  const database = databaseOf(dynamodb.url)
  let count = 0
  return {
    next: async () => createStage(`s${++count}`),
    stop: async () => {
      client.destroy()
      database.destroy()
      await Promise.all([sqs, dynamodb, lambda, ...served].map(each => each.stop()))
    },
  }

  async function createStage(stage: string) {
    const names = namesOf(stage)
    const createQueue = async (QueueName: string) =>
      (await client.send(new CreateQueueCommand({ QueueName }))).QueueUrl as string
    await createQueue(names.changesQueue)
    const deadLetters = await createQueue(names.deadLetterQueue)
    await createLedgerTable(database, names.ledgerTable)
    await createHistoryTable(database, names.historyTable)
    await createDueItemsTable(database, names.dueTable)
    /** Deploys a role catalogue: the replay function then says that it has it. */
    const deploy = (catalogue: Catalogue) => {
      functions.set(names.replayFunction, {
        invoke: async event => {
          const value = readRequest(event).action === 'describe' ? describeCatalogue(catalogue) : undefined
          return { ending: { kind: 'returned', value }, lines: [] }
        },
        stop: async () => undefined,
      })
    }
    deploy(readCatalogue(bundled))
    /** Deploys the approve function, as where a guard is declared. */
    const guard = async (needed: number) => {
      await createTable(names.approvalsTable, 'approval', 'approver')
      const approvals = createApprovals(names.approvalsTable, batchesOf(database))
      const log = { approval: () => undefined, trouble: () => undefined }
      const answer = createApprove({ ...approvals, needed, hash: sha256, now: Date.now, log })
      await serve(names.approveFunction, answer)
    }
    /** Deploys the reassert function. */
    const reassert = async () => {
      const log = { reassertion: () => undefined, trouble: () => undefined }
      const changes = `${sqs.url}/000000000000/${names.changesQueue}`
      const answer = createReassert({
        read: createLedger(names.ledgerTable, batchesOf(database)).read,
        enqueue: async bodies => {
          for (const body of bodies) await send(changes, body, {})
        },
        sign: async () => signWith('key'),
        ...{ source: `//role-sync/${stage}/drift`, newId: () => crypto.randomUUID(), now: () => noon, log },
      })
      await serve(names.reassertFunction, answer)
    }
    /** Serves a function's URL. */
    const serve = async (name: string, answer: (event: never, id: string) => Promise<unknown>) => {
      const invoke = async (event: unknown, id = '') => ({
        ending: { kind: 'returned' as const, value: await answer(event as never, id) },
        lines: [],
      })
      const { url, stop } = await startFunctionUrl(0, { invoke, stop: async () => {} }, () => undefined)
      served.push({ url, stop })
      described.functions.push({ name, arn: name } as never)
      described.urls.set(name, `${url}/`)
    }
    const send = (QueueUrl: string, MessageBody: string, attributes: LetterAttributes) =>
      client.send(new SendMessageCommand({ QueueUrl, MessageBody, MessageAttributes: toSqs(attributes) }))

    return {
      stage,
      sqs: sqs.url,
      dynamodb: dynamodb.url,
      lambda: lambda.url,
      deploy,
      functions,
      guard,
      reassert,
      /** Puts a letter on the dead-letter queue and answers its message id. */
      letter: async (body: string, attributes: LetterAttributes = {}) =>
        (await send(deadLetters, body, attributes)).MessageId as string,
      /** What is on a queue, visible or not. */
      letters: () => sqs.messages(names.deadLetterQueue),
      changes: () => sqs.messages(names.changesQueue),
      deadLetters,
      /** Looks at some letters, as another operator would, for so many seconds. */
      hide: async (most: number, seconds: number) => {
        const { Messages = [] } = await client.send(
          new ReceiveMessageCommand({
            ...{ QueueUrl: deadLetters, MaxNumberOfMessages: most, VisibilityTimeout: seconds },
          }),
        )
        return Messages
      },
      /** Creates the ledger of another stage as it was before it had an index. */
      withoutIndex: (other: string) => createTable(namesOf(other).ledgerTable, 'member'),
      /** Puts items into the history. */
      history: async (...items: HistoryItem[]) =>
        void (await createHistory(names.historyTable, batchesOf(database)).put(items)),
      /** Puts due items, those of people with an encrypted body. */
      due: (...items: DueItem[]) =>
        createDueTable(names.dueTable, batchesOf(database), {
          seal: async () => 'sealed',
          open: async () => '',
        }).put(items),
      /** Removes the table of due items, as before there was one. */
      withoutDue: () => database.send(new DeleteTableCommand({ TableName: names.dueTable })),
      /** Creates the table of the sweep, and puts what the sweep keeps there. */
      sweep: async (...items: Stepped[]) => {
        await createTable(names.sweepTable, 'member')
        const store = createLedger<Stepped>(names.sweepTable, batchesOf(database))
        for (const item of items) expect(await store.write(item)).toBe('stored')
      },
      /** All items of the ledger's table. */
      ledgerItems: async (): Promise<Record<string, unknown>[]> =>
        (await DynamoDBDocumentClient.from(database).send(new ScanCommand({ TableName: names.ledgerTable })))
          .Items ?? [],
      /** An entry; `isOld`: as an older version wrote it, without its scope. */
      entry: (entry: Entry, isOld = false) =>
        DynamoDBDocumentClient.from(database).send(
          new PutCommand({
            TableName: names.ledgerTable,
            Item: { ...entry, ...(!isOld && { scope: scopeOf(entry.member) }) },
          }),
        ),
    }
  }

  async function createTable(TableName: string, ...keys: string[]) {
    await create({ TableName, KeySchema: keySchema(keys), AttributeDefinitions: texts(keys) })
  }

  async function create(input: Omit<CreateTableCommandInput, 'BillingMode'>) {
    const { TableName } = input
    await database.send(new CreateTableCommand({ ...input, BillingMode: 'PAY_PER_REQUEST' }))
    const status = async () =>
      (await database.send(new DescribeTableCommand({ TableName }))).Table?.TableStatus
    while ((await status()) !== 'ACTIVE') await new Promise(resolve => setTimeout(resolve, 5))
  }
}

const keySchema = (keys: readonly string[]) =>
  keys.map((AttributeName, n) => ({
    AttributeName,
    KeyType: n === 0 ? ('HASH' as const) : ('RANGE' as const),
  }))

const texts = (keys: readonly string[]) =>
  keys.map(AttributeName => ({ AttributeName, AttributeType: 'S' as const }))

export type Stage = Awaited<ReturnType<Awaited<ReturnType<typeof startStages>>['next']>>

/** What the program needs in its environment to work on a stage. */
export const environmentOf = (stage: Stage) => ({
  ...{
    AWS_ENDPOINT_URL_SQS: stage.sqs,
    AWS_ENDPOINT_URL_DYNAMODB: stage.dynamodb,
    AWS_ENDPOINT_URL_LAMBDA: stage.lambda,
    ROLE_SYNC_STAGE: stage.stage,
  },
  ...{ AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' },
})

const toSqs = (attributes: LetterAttributes) =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
  )
