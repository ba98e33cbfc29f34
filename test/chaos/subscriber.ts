import { SNS } from '@aws-sdk/client-sns'
import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs'
import { namesOf } from '../../functions/core/resource-names.ts'
import { readMessages } from './letters.ts'

/** An outcome event, as a subscriber's queue holds it. */
export interface OutcomeTold {
  readonly id: string
  readonly data: { readonly event?: string; readonly outcome: string; readonly reason?: string }
}

type Shell = Readonly<Record<string, string>>

const queueName = 'chaos-subscriber'

/** Subscribes a queue to the outcomes of the stage, as any producer may; the stage keeps it over a restart. */
export async function subscribe(env: Shell): Promise<void> {
  const own = clientOptions(env)
  const sqs = new SQSClient({ ...own, endpoint: env.AWS_ENDPOINT_URL_SQS! })
  const sns = new SNS({ ...own, endpoint: env.AWS_ENDPOINT_URL_SNS ?? env.AWS_ENDPOINT_URL_SQS! })
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: queueName }))
  const read = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] })
  const Endpoint = (await sqs.send(read)).Attributes!.QueueArn!
  const { outcomesTopic } = namesOf('local')
  const TopicArn = Endpoint.replace(':sqs:', ':sns:').replace(queueName, outcomesTopic)
  await sns.subscribe({ TopicArn, Protocol: 'sqs', Endpoint, Attributes: { RawMessageDelivery: 'true' } })
  sqs.destroy()
  sns.destroy()
}

/** All that the subscriber was told. */
export async function readTold(env: Shell): Promise<OutcomeTold[]> {
  const url = env.DEAD_LETTER_QUEUE_URL!.replace(/[^/]+$/, queueName)
  return (await readMessages(env, url)).map(({ body }) => JSON.parse(body))
}

const clientOptions = (env: Shell) => ({
  ...{ region: env.AWS_REGION!, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } },
})
