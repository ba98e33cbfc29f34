import { GetQueueUrlCommand, SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs'
import { explain } from './aws-errors.ts'
import { Failure } from './exit.ts'
import type { Environment, World } from './world.ts'

/** Why SQS did not take one message of a batch. */
export interface Rejection {
  readonly code: string
  readonly message: string
  /** Whether it would refuse the same message again. */
  readonly final: boolean
}

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
    ...regionOf(env),
    useQueueUrlAsEndpoint: false,
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 5000, requestTimeout: 15_000, throwOnRequestTimeout: true },
  })

/** The SDK reads only AWS_REGION and profiles; the aws CLI, whose users we serve, AWS_DEFAULT_REGION too. */
function regionOf({ AWS_REGION, AWS_DEFAULT_REGION }: Environment): { region?: string } {
  const region = AWS_REGION || AWS_DEFAULT_REGION
  return region ? { region } : {}
}

/** Finds a queue by its name; a Failure says, in one line, why it cannot be used. */
export async function openQueue(world: World, stage: string, name: string): Promise<Sink> {
  const client = world.sqs()
  const failed = (error: unknown): never => {
    throw explain(error, world.env)
  }
  const { QueueUrl } = await client
    .send(new GetQueueUrlCommand({ QueueName: name }), { abortSignal: world.stop })
    .catch(error => (isMissing(error) ? notFound(stage, name) : failed(error)))

  return {
    name,
    send: async bodies => {
      const Entries = bodies.map((MessageBody, index) => ({ Id: String(index), MessageBody }))
      const { Failed = [] } = await client
        .send(new SendMessageBatchCommand({ QueueUrl, Entries }))
        .catch(failed)
      const rejections = new Map(
        Failed.map(({ Id, Code = 'no code', Message = '', SenderFault = false }) => [
          Id,
          { code: Code, message: Message, final: SenderFault },
        ]),
      )
      return Entries.map(({ Id }) => rejections.get(Id))
    },
  }
}

const isMissing = (error: unknown): boolean =>
  /QueueDoesNotExist|NonExistentQueue/.test((error as Error | undefined)?.name ?? '')

const notFound = (stage: string, name: string): never => {
  throw new Failure(
    `no queue ${name}: is ${stage} the right stage (--stage), in this account and region, and deployed?`,
  )
}
