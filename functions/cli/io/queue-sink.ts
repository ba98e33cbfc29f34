import { GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs'
import { type Rejection, sendBatch } from '../../aws/sqs-send.ts'
import { clientOptionsOf, explain } from './aws-errors.ts'
import type { CliWorld, Environment } from './cli-world.ts'
import { Failure } from './exit-codes.ts'

/** A queue that takes events. */
export interface Sink {
  readonly name: string
  /** Sends a batch; answers, in the order of the bodies, undefined for each that is on the queue. A Failure otherwise. */
  readonly send: (bodies: readonly string[]) => Promise<readonly (Rejection | undefined)[]>
}

/**
 * A client that always talks to the endpoint it is told (`AWS_ENDPOINT_URL_SQS`, a profile, a region) and takes from a
 * queue's URL the path alone: emulators answer with host names that do not resolve, private endpoints with public ones.
 */
export const createSqsClient = (env: Environment): SQSClient =>
  new SQSClient({
    ...clientOptionsOf(env),
    useQueueUrlAsEndpoint: false,
  })

/** The URL of a queue by its name; a Failure says, in one line, why it cannot be used. */
export async function findQueue(
  world: CliWorld,
  client: SQSClient,
  stage: string,
  name: string,
): Promise<string> {
  const { QueueUrl = '' } = await client
    .send(new GetQueueUrlCommand({ QueueName: name }), { abortSignal: world.stop })
    .catch(error => (isMissing(error) ? notFound(stage, name) : failedIn(world)(error)))
  return QueueUrl
}

/** Turns an error of SQS into a Failure. */
export const failedIn =
  ({ env }: CliWorld) =>
  (error: unknown): never => {
    throw explain(error, env)
  }

/** Opens a queue by its name, to send to it. */
export async function openQueue(world: CliWorld, stage: string, name: string): Promise<Sink> {
  const client = world.sqs()
  const QueueUrl = await findQueue(world, client, stage, name)

  return {
    name,
    send: bodies => sendBatch(client, QueueUrl, bodies).catch(failedIn(world)),
  }
}

const isMissing = (error: unknown): boolean =>
  /QueueDoesNotExist|NonExistentQueue/.test((error as Error | undefined)?.name ?? '')

const notFound = (stage: string, name: string): never => {
  throw new Failure(
    `no queue ${name}: is ${stage} the right stage (--stage), in this account and region, and deployed?`,
  )
}
