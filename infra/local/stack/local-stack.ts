import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { type Message, SQSClient } from '@aws-sdk/client-sqs'
import {
  type Engines,
  type EnginesOptions,
  following,
  type StoredMessage,
  startEngines,
} from '../engines/embedded-engines.ts'
import { type Mapping, startMapping } from '../lambda/event-source-mapping.ts'
import { instancePool } from '../lambda/instance-pool.ts'
import { startLambda } from '../lambda/lambda-endpoint.ts'
import type { Invocation } from '../lambda/lambda-invocation.ts'
import { startSchedule } from '../lambda/rate-schedule.ts'
import { apisOf } from '../template/template-apis.ts'
import { type AssetOf, functionsOf, mappingsOf } from '../template/template-functions.ts'
import { createQueues, type Queue, queuesOf } from '../template/template-queues.ts'
import { resourcesOf, type Template } from '../template/template-resources.ts'
import { schedulesOf } from '../template/template-schedules.ts'
import { scopeOf } from '../template/template-scope.ts'
import { createTables } from '../template/template-tables.ts'
import { startApi } from './api-gateway.ts'

/** What the local stack is made of. */
export interface StackOptions extends EnginesOptions {
  readonly template: Template
  readonly assetOf: AssetOf
  /** Set over the environment of every function: for a world that is not as it should be. */
  readonly overrides?: Readonly<Record<string, string>>
  /** Called with the messages that an invocation settled, and awaited before they are deleted. */
  onSettled(messages: readonly Message[], invocation: Invocation): Promise<void>
  /** Called after every receive and every invocation. */
  onTurn(): void
  /** Called with each line that a function writes, as it is written. */
  onLine(line: string): void
  /** Called with what a person should know. */
  onTrouble(text: string): void
}

/** The stack of one template on embedded engines. */
export interface LocalStack {
  readonly sqs: SQSClient
  readonly dynamodb: DynamoDBClient
  /** The queue that feeds the function. */
  readonly changes: Queue
  readonly deadLetters: Queue
  readonly tables: readonly string[]
  /** Where the template's HTTP API is; absent where it has none. */
  readonly apiUrl?: string
  /** What points an SDK at the engines and at the functions. */
  readonly environment: Readonly<Record<string, string>>
  /** All messages of a queue, visible or not; takes nothing away. */
  messages(queue: Queue): StoredMessage[]
  /** Begins to poll, and to invoke functions on their schedules. */
  poll(): void
  /** How many invocations run. */
  readonly running: number
  /** Ends polling, waits for the invocations that run, and stops the engines. */
  stop(): Promise<void>
}

/** The place of Lambda's port after the first; the targets of a run have those before it. */
const lambdaPlace = 5

/** The place of the HTTP API's port, behind that of the page. */
const apiPlace = 7

/** Brings up what the template describes; nothing is polled yet. Rejects with EADDRINUSE when a port is taken. */
export async function startStack(options: StackOptions): Promise<LocalStack> {
  const { template, region, assetOf } = options
  const engines = await startEngines(options)
  const scope = scopeOf(template, { region, sqsUrl: engines.sqs.url })
  const { sqs, dynamodb } = clients(engines)
  /** What lets invocations in, beside the mappings. */
  const ends: (() => Promise<void>)[] = []
  try {
    const queues = queuesOf(template, scope)
    await createQueues(sqs, queues)
    await createTables(dynamodb, template, scope)
    const functions = functionsOf(template, scope, assetOf)
    const mappings = mappingsOf(template, scope, functions)
    const schedules = schedulesOf(template, scope)
    const [source] = mappings
    const changes = queues.find(queue => queue.arn === source?.queueArn)
    const deadLetters = queues.find(queue => queue.arn === changes?.deadLetterArn)
    if (!changes || !deadLetters)
      throw new Error('the template feeds no function from a queue with a dead-letter queue')

    const pools = new Map(
      functions.map(each => [
        each.name,
        instancePool(each, engines.environment, options.onLine, options.overrides),
      ]),
    )
    const poolOf = (arn: string) => pools.get(arn.split(':').at(-1) as string)!
    const lambda = await startLambda(following(options.port, lambdaPlace), pools)
    ends.push(lambda.stop)
    // A stack has at the most one: the way in for sources.
    const [described] = apisOf(template, scope)
    const api =
      described && (await startApi(following(options.port, apiPlace), described, { ...options, poolOf }))
    if (api) ends.push(api.stop)
    const polled: Mapping[] = []
    return {
      sqs,
      dynamodb,
      changes,
      deadLetters,
      tables: resourcesOf(template, 'AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable').map(({ id }) =>
        scope.ref(id),
      ),
      ...(api && { apiUrl: api.url }),
      environment: { ...engines.environment, AWS_ENDPOINT_URL_LAMBDA: lambda.url },
      messages: queue => engines.sqs.messages(queue.name),
      poll: () => {
        for (const mapping of mappings) {
          const pool = poolOf(mapping.function.arn)
          const queueUrl = queues.find(queue => queue.arn === mapping.queueArn)!.url
          polled.push(startMapping(mapping, { ...options, sqs, queueUrl, pool }))
        }
        for (const schedule of schedules) {
          ends.push(startSchedule(schedule, poolOf(schedule.functionArn), options.onTrouble))
        }
      },
      get running() {
        return polled.reduce((sum, mapping) => sum + mapping.running, 0)
      },
      stop: async () => {
        await Promise.all([...polled.map(mapping => mapping.stop()), ...ends.map(end => end())])
        await Promise.all([...pools.values()].map(pool => pool.stop()))
        for (const client of [sqs, dynamodb]) client.destroy()
        await engines.stop()
      },
    }
  } catch (error) {
    await Promise.all(ends.map(end => end()))
    await engines.stop()
    throw error
  }
}

function clients({ region, sqs, dynamodb }: Engines) {
  const common = { region, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }
  return {
    sqs: new SQSClient({ ...common, endpoint: sqs.url }),
    dynamodb: new DynamoDBClient({ ...common, endpoint: dynamodb.url }),
  }
}
