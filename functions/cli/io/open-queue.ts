import { GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs'
import { type SendResult, sendBatch } from '../../aws/sqs-send.ts'
import { clientOptionsOf, explain, isMissing } from './aws-errors.ts'
import type { CliWorld, Environment } from './cli-world.ts'
import { Failure } from './exit-codes.ts'

/** An open queue to send events to. */
export interface OpenQueue {
  readonly name: string
  /** Sends a batch. The result has one item for each body, in order. Rejects with a Failure. */
  readonly send: (bodies: readonly string[]) => Promise<readonly SendResult[]>
}

/**
 * An SQS client that always uses its configured endpoint (`AWS_ENDPOINT_URL_SQS`, a profile, a region), and only the path of a
 * queue's URL: emulators return host names that do not resolve, private endpoints return public ones.
 */
export const createSqsClient = (env: Environment): SQSClient =>
  new SQSClient({
    ...clientOptionsOf(env),
    useQueueUrlAsEndpoint: false,
  })

/** Finds the URL of a queue by its name. Rejects with a Failure if the queue cannot be used. */
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
export async function openQueue(world: CliWorld, stage: string, name: string): Promise<OpenQueue> {
  const client = world.sqs()
  const QueueUrl = await findQueue(world, client, stage, name)

  return {
    name,
    send: bodies => {
      const messages = bodies.map(body => ({ body }))
      return sendBatch(client, QueueUrl, messages).catch(failedIn(world))
    },
  }
}

const notFound = (stage: string, name: string): never => {
  throw new Failure(
    `queue ${name} does not exist: check --stage (${stage}), the account, the region, and that the stage is deployed`,
  )
}
