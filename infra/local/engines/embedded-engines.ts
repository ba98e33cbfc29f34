import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import dynalite from 'dynalite'
import { type Listening, listen } from '../../../functions/cli/loopback/loopback-listener.ts'
import { startSecrets } from './secrets-manager-engine.ts'
import { type SqsEngine, startSqs } from './sqs-engine.ts'

export { secretArn } from './secrets-manager-engine.ts'
export type { SqsEngine, StoredMessage } from './sqs-engine.ts'

/** The ports, the storage and the secrets of the engines. */
export interface EnginesOptions {
  /** The port of SQS; the others follow it. 0 for any free ports. */
  readonly port: number
  readonly region: string
  /** Queues and tables are kept here; in memory unless given. */
  readonly folder?: string | undefined
  readonly secrets: ReadonlyMap<string, string>
}

/** The three services of AWS that the stack calls. */
export interface Engines {
  readonly sqs: SqsEngine
  readonly dynamodb: Listening
  /** The variables for an SDK: endpoints, region, and placeholder credentials. */
  readonly environment: Readonly<Record<string, string>>
  stop(): Promise<void>
}

/** The port `n` after the first. 0 stays 0: any free port. */
export const following = (port: number, n: number) => (port === 0 ? 0 : port + n)

/** Starts the three engines. If one cannot start, the others are stopped. */
export async function startEngines({ port, region, folder, secrets }: EnginesOptions): Promise<Engines> {
  await using started = new AsyncDisposableStack()
  const start = async <Engine extends { stop(): Promise<void> }>(engine: Promise<Engine>) =>
    started.adopt(await engine, ({ stop }) => stop())
  const folderOf = (name: string) => folder && join(folder, name)

  const sqs = await start(startSqs({ port, region, folder: folderOf('queues') }))
  const dynamodb = await start(startDynamoDb({ port: following(port, 1), folder: folderOf('ledger') }))
  const secretsManager = await start(startSecrets({ port: following(port, 2), region }, secrets))
  const environment = {
    AWS_ENDPOINT_URL_SQS: sqs.url,
    AWS_ENDPOINT_URL_SNS: sqs.url,
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb.url,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager.url,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  }
  const running = started.move()
  return { sqs, dynamodb, environment, stop: () => running.disposeAsync() }
}

/** Starts DynamoDB (dynalite), on disk where a folder is given. Rejects with EADDRINUSE when the port is taken. */
export async function startDynamoDb({
  port,
  folder,
}: Pick<EnginesOptions, 'port' | 'folder'>): Promise<Listening> {
  if (folder) mkdirSync(folder, { recursive: true })
  // No delay: a kill while a table is created would leave it in the state CREATING.
  const server = dynalite({ createTableMs: 0, ...(folder && { path: join(folder, 'tables') }) })
  return listen(server, port)
}
