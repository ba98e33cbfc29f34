import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns'
import { SQSClient } from '@aws-sdk/client-sqs'
import {
  type EnginesOptions,
  following,
  type StoredMessage,
  startEngines,
} from '../engines/embedded-engines.ts'
import { type Mapping, type MappingEvents, startMapping } from '../lambda/event-source-mapping.ts'
import { instancePool, type Pool } from '../lambda/instance-pool.ts'
import { startLambda } from '../lambda/lambda-endpoint.ts'
import { startSchedule } from '../lambda/rate-schedule.ts'
import { apisOf } from '../template/template-apis.ts'
import { type AssetOf, functionsOf, functionsWithUrl, mappingsOf } from '../template/template-functions.ts'
import { createQueues, type Queue, queuesOf } from '../template/template-queues.ts'
import { resourcesOf, type Template } from '../template/template-resources.ts'
import { schedulesOf } from '../template/template-schedules.ts'
import { scopeOf } from '../template/template-scope.ts'
import { createTables } from '../template/template-tables.ts'
import { startApi } from './api-gateway.ts'
import { startFunctionUrl } from './function-url.ts'

/** The options and callbacks of the local stack. */
export interface StackOptions extends EnginesOptions, MappingEvents {
  readonly template: Template
  readonly assetOf: AssetOf
  /** Replaces variables in the environment of every function, so that a test can point one at a broken service. */
  readonly overrides?: Readonly<Record<string, string>>
  /** Called with each line that a function writes, at once. */
  onLine(line: string): void
}

/** The stack of one template on embedded engines. */
export interface LocalStack {
  readonly sqs: SQSClient
  readonly dynamodb: DynamoDBClient
  /** The queue that feeds the function. */
  readonly changes: Queue
  readonly deadLetters: Queue
  readonly tables: readonly string[]
  /** The address of the template's HTTP API; absent where the template has none. */
  readonly apiUrl?: string
  /** The variables for an SDK to reach the engines and the functions. */
  readonly environment: Readonly<Record<string, string>>
  /** All messages of a queue, visible or not, without a receive. */
  messages(queue: Queue): StoredMessage[]
  /** Begins to poll, and to invoke functions on their schedules. */
  poll(): void
  /** How many invocations run. */
  readonly running: number
  /** Ends polling, waits for the invocations that run, and stops the engines. */
  stop(): Promise<void>
}

/** The offset of Lambda's port from the first port, after the targets. */
const lambdaPlace = 5

/** The offset of the HTTP API's port, after the page. */
const apiPlace = 7

/** The offset of the first function URL's port. */
const urlPlace = 8

/** Starts the resources of the template, without polling. Rejects with EADDRINUSE if a port is in use. */
export async function startStack(options: StackOptions): Promise<LocalStack> {
  const { template, region, assetOf, port } = options
  await using started = new AsyncDisposableStack()
  const engines = started.adopt(await startEngines(options), ({ stop }) => stop())
  const common = { region, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }
  const sqs = started.adopt(new SQSClient({ ...common, endpoint: engines.sqs.url }), client =>
    client.destroy(),
  )
  const dynamodb = started.adopt(new DynamoDBClient({ ...common, endpoint: engines.dynamodb.url }), client =>
    client.destroy(),
  )

  const scope = scopeOf(template, { region, sqsUrl: engines.sqs.url })
  const queues = queuesOf(template, scope)
  await createQueues(sqs, queues)
  const sns = started.adopt(new SNSClient({ ...common, endpoint: engines.sqs.url }), client =>
    client.destroy(),
  )
  for (const { id } of resourcesOf(template, 'AWS::SNS::Topic'))
    await sns.send(new CreateTopicCommand({ Name: scope.attribute(id, 'TopicName') }))
  await createTables(dynamodb, template, scope)
  const functions = functionsOf(template, scope, assetOf)
  const mappings = mappingsOf(template, scope, functions)
  const schedules = schedulesOf(template, scope)
  const [source] = mappings
  const changes = queues.find(queue => queue.arn === source?.queueArn)
  const deadLetters = queues.find(queue => queue.arn === changes?.deadLetterArn)
  if (!changes || !deadLetters)
    throw new Error('no function of the template reads a queue that has a dead-letter queue')

  // Functions may call each other, so Lambda is there before them.
  const pools = new Map<string, Pool>()
  started.defer(async () => void (await Promise.all([...pools.values()].map(pool => pool.stop()))))
  const poolOf = (arn: string) => pools.get(arn.split(':').at(-1) as string)!
  /** Ends all sources of invocations. They end together, so that none continues while another one waits. */
  const ends: (() => Promise<void>)[] = []
  started.defer(async () => void (await Promise.all(ends.map(end => end()))))
  const urls = new Map<string, string>()
  const lambda = await startLambda(following(port, lambdaPlace), pools, { functions, mappings, urls })
  ends.push(lambda.stop)
  const environment = {
    ...engines.environment,
    AWS_ENDPOINT_URL_LAMBDA: lambda.url,
    // A service that is not here: its calls are refused on this machine, and never reach AWS.
    AWS_ENDPOINT_URL: lambda.url,
  }
  for (const each of functions)
    pools.set(each.name, instancePool(each, environment, options.onLine, options.overrides))
  for (const [index, withUrl] of functionsWithUrl(template, scope).entries()) {
    const served = await startFunctionUrl(
      following(port, urlPlace + index),
      poolOf(withUrl),
      options.onTrouble,
    )
    ends.push(served.stop)
    urls.set(withUrl, `${served.url}/`)
  }
  // A stack has at most one API: the intake.
  const [described] = apisOf(template, scope)
  const api = described && (await startApi(following(port, apiPlace), described, { ...options, poolOf }))
  if (api) ends.push(api.stop)

  const polled: Mapping[] = []
  const running = started.move()
  return {
    ...{ sqs, dynamodb, changes, deadLetters },
    tables: resourcesOf(template, 'AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable').map(({ id }) =>
      scope.ref(id),
    ),
    ...(api && { apiUrl: api.url }),
    environment,
    messages: queue => engines.sqs.messages(queue.name),
    poll: () => {
      for (const mapping of mappings) {
        const queueUrl = queues.find(queue => queue.arn === mapping.queueArn)!.url
        const pool = poolOf(mapping.function.arn)
        polled.push(startMapping(mapping, { ...options, sqs, queueUrl, pool }))
      }
      ends.push(
        ...polled.map(mapping => mapping.stop),
        ...schedules.map(each => startSchedule(each, poolOf(each.functionArn), options.onTrouble)),
      )
    },
    get running() {
      return polled.reduce((sum, mapping) => sum + mapping.running, 0)
    },
    stop: () => running.disposeAsync(),
  }
}
