import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import dynalite from 'dynalite'
import { listen } from '../loopback/loopback-listener.ts'
import type { EngineOptions } from './engine.ts'
import { startSecrets } from './secrets-manager-engine.ts'
import { type SqsEngine, startSqs } from './sqs-engine.ts'

export { secretArn } from './secrets-manager-engine.ts'
export type { SqsEngine, StoredMessage } from './sqs-engine.ts'

/** Which ports the engines get, what they keep, which secrets there are. */
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
  readonly region: string
  readonly sqs: SqsEngine
  readonly dynamodb: DynamoDbEngine
  /** What points an SDK at them: endpoints, region, and credentials that only look like some. */
  readonly environment: Readonly<Record<string, string>>
  stop(): Promise<void>
}

/** The port `n` places after the first; any free port stays any free port. */
export const following = (port: number, n: number) => (port === 0 ? 0 : port + n)

/** Starts the three engines; when one cannot start, those that could are stopped again. */
export async function startEngines(options: EnginesOptions): Promise<Engines> {
  const { port, region, folder, secrets } = options
  const at = (n: number, name: string) => ({
    port: following(port, n),
    region,
    folder: folder && join(folder, name),
  })
  const started: { stop(): Promise<void> }[] = []
  const stop = async () => {
    await Promise.all(started.map(engine => engine.stop()))
  }
  const start = async <T extends { stop(): Promise<void> }>(engine: Promise<T>): Promise<T> => {
    started.push(await engine)
    return engine
  }
  try {
    const sqs = await start(startSqs(at(0, 'queues')))
    const dynamodb = await start(startDynamoDb(at(1, 'ledger')))
    const secretsManager = await start(startSecrets(at(2, 'secrets'), secrets))
    const environment = {
      AWS_ENDPOINT_URL_SQS: sqs.url,
      AWS_ENDPOINT_URL_DYNAMODB: dynamodb.url,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager.url,
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
    }
    return { region, sqs, dynamodb, environment, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** DynamoDB on this machine. */
interface DynamoDbEngine {
  readonly url: string
  stop(): Promise<void>
}

/** Starts DynamoDB (dynalite), on disk where a folder is given; rejects with EADDRINUSE when the port is taken. */
export async function startDynamoDb({ port, folder }: EngineOptions): Promise<DynamoDbEngine> {
  if (folder) mkdirSync(folder, { recursive: true })
  // Without a delay a kill while a table is being created cannot leave it CREATING for ever.
  const server = dynalite({ createTableMs: 0, ...(folder && { path: join(folder, 'tables') }) })
  return listen(server, port)
}
