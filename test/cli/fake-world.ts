import { Readable, Writable } from 'node:stream'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { Lambda } from '@aws-sdk/client-lambda'
import { SNS } from '@aws-sdk/client-sns'
import { SQSClient } from '@aws-sdk/client-sqs'
import type { CliWorld, Environment, StopReason } from '../../functions/cli/io/cli-world.ts'
import { run } from '../../functions/cli/program.ts'
import { noon } from '../support/events.ts'

interface Given {
  readonly stdin?: string | readonly Buffer[]
  readonly env?: Environment
  /** Where SQS listens; none is there unless given. */
  readonly sqs?: string
  /** Where DynamoDB listens; none is there unless given. */
  readonly dynamodb?: string
  /** Where Lambda listens; none is there unless given. */
  readonly lambda?: string
  readonly terminal?: boolean
  /** The access key id for Lambda. */
  readonly person?: string
  /** What the clock shows at the beginning; noon unless given. */
  readonly now?: number
  /** Whether SQS refuses a request, by the name of its command and its input. */
  readonly refuses?: (command: string, input: object) => boolean
  /** What stops the command. */
  readonly stop?: AbortController
}

/** A world in memory: its clock moves only by waiting, which takes no time, and what was waited for is kept. */
export function fakeWorld({
  stdin = '',
  env = {},
  sqs = 'http://127.0.0.1:1',
  dynamodb = 'http://127.0.0.1:1',
  lambda = 'http://127.0.0.1:1',
  terminal = false,
  person = 'key',
  now: clock = noon,
  refuses = () => false,
  stop = new AbortController(),
}: Given = {}) {
  const stdout = recorder(terminal)
  const stderr = recorder(terminal)
  const waits: number[] = []
  const world: CliWorld = {
    stdin: Object.assign(Readable.from(typeof stdin === 'string' ? [Buffer.from(stdin)] : stdin), {
      isTTY: terminal,
    }),
    stdout: stdout.stream,
    stderr: stderr.stream,
    env,
    sqs: () => refusing(clientOf(sqs), refuses),
    dynamodb: () => databaseOf(dynamodb),
    lambda: async () =>
      new Lambda({
        ...{ ...clientSettings, endpoint: lambda },
        credentials: { accessKeyId: person, secretAccessKey: 'secret' },
      }),
    sns: async () => new SNS({ ...clientSettings, endpoint: sqs }),
    logs: () => Promise.reject(new Error('no test reads the log in this world')),
    doctorClients: () => Promise.reject(new Error('doctor runs in a process of its own')),
    now: () => clock,
    wait: async ms => {
      waits.push(ms)
      clock += ms
    },
    stop: stop.signal,
  }
  return {
    world,
    waits,
    out: stdout.text,
    err: stderr.text,
    stop: (reason: StopReason) => stop.abort(reason),
  }
}

const clientSettings = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
  maxAttempts: 1,
}

/** A client that would go where a queue's URL says, if it were not told otherwise. */
export const clientOf = (endpoint: string): SQSClient =>
  new SQSClient({
    ...{ ...clientSettings, endpoint },
    useQueueUrlAsEndpoint: false,
  })

function refusing(client: SQSClient, refuses: NonNullable<Given['refuses']>): SQSClient {
  const send = async (command: { constructor: { name: string }; input: object }, ...rest: never[]) => {
    if (refuses(command.constructor.name, command.input)) {
      throw Object.assign(new Error('not now'), { name: 'ServiceUnavailable' })
    }
    return client.send(command as never, ...rest)
  }
  return Object.assign(Object.create(client), { send }) as SQSClient
}

export const databaseOf = (endpoint: string): DynamoDBClient =>
  new DynamoDBClient({ ...clientSettings, endpoint })

/** Runs the command line in a fake world. */
export async function commandLine(args: readonly string[], given: Given = {}) {
  const fake = fakeWorld(given)
  const code = await run(args, fake.world)
  return { code, out: fake.out(), err: fake.err() }
}

function recorder(isTTY: boolean) {
  const chunks: string[] = []
  const stream = new Writable({
    write: (chunk, _, done) => {
      chunks.push(String(chunk))
      done()
    },
  })
  return { stream: Object.assign(stream, { isTTY, columns: 100 }), text: () => chunks.join('') }
}

/** The rows of a table, each with ` | ` between its cells. */
export const rowsOf = (text: string): string[] =>
  text.split('\n').map(row => row.trim().replace(/ {2,}/g, ' | '))
