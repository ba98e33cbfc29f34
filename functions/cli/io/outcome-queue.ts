import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs'
import type { Names } from '../../core/resource-names.ts'
import { sqsBatchSize } from '../../core/sqs-limits.ts'
import { explainRead, isMissing } from './aws-errors.ts'
import type { CliWorld } from './cli-world.ts'
import { Failure } from './exit-codes.ts'
import { note } from './output.ts'

/** How long SQS waits for a message, in seconds: less than the client waits for an answer. */
const waitSeconds = 10

/** How long the queue keeps what nobody reads, in seconds. */
const retentionSeconds = 300

/** A queue of this command alone, which hears every outcome of a stage. */
export interface OutcomeQueue extends AsyncDisposable {
  readonly name: string
  /** The bodies, as they come, until the command must stop. Rejects with a Failure. */
  readonly bodies: () => AsyncGenerator<string>
}

/** Makes a queue and subscribes it to the topic of a stage. Both are removed when it is disposed, also after Ctrl-C. Rejects with a Failure. */
export async function openOutcomes(
  world: CliWorld,
  stage: string,
  { outcomesTopic }: Names,
): Promise<OutcomeQueue> {
  const { env, stop } = world
  const asked = async <T>(permission: string, act: () => Promise<T>): Promise<T> => {
    stop.throwIfAborted()
    return act().catch(error => {
      stop.throwIfAborted()
      if (permission === 'sns:Subscribe' && isMissing(error))
        throw new Failure(`stage ${stage} tells no outcomes: deploy it with -c outcomes=on`)
      throw explainRead(error, env, permission)
    })
  }
  const [sqs, sns] = [world.sqs(), await world.sns()]
  await using made = new AsyncDisposableStack()
  const removing = (what: string, remove: () => Promise<unknown>) =>
    made.defer(async () => {
      await remove().catch(error => note(world, `not removed: ${what}: ${(error as Error).message}`))
    })

  const name = `${outcomesTopic}-${crypto.randomUUID()}`
  const create = new CreateQueueCommand({
    QueueName: name,
    Attributes: { MessageRetentionPeriod: String(retentionSeconds) },
    tags: { 'role-sync-outcomes': stage },
  })
  const { QueueUrl } = await asked('sqs:CreateQueue', () => sqs.send(create))
  removing(`queue ${name}`, () => sqs.send(new DeleteQueueCommand({ QueueUrl })))

  const read = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] })
  const queueArn = (await asked('sqs:GetQueueAttributes', () => sqs.send(read))).Attributes?.QueueArn ?? ''
  const TopicArn = queueArn.replace(':sqs:', ':sns:').replace(name, outcomesTopic)
  const Attributes = { Policy: policyOf(queueArn, TopicArn) }
  await asked('sqs:SetQueueAttributes', () =>
    sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes })),
  )

  const subscription = {
    TopicArn,
    Protocol: 'sqs',
    Endpoint: queueArn,
    Attributes: { RawMessageDelivery: 'true' },
  }
  const { SubscriptionArn } = await asked('sns:Subscribe', () => sns.subscribe(subscription))
  removing(`subscription ${SubscriptionArn}`, () => sns.unsubscribe({ SubscriptionArn }))

  const receive = async () => {
    const command = new ReceiveMessageCommand({
      ...{ QueueUrl, MaxNumberOfMessages: sqsBatchSize, WaitTimeSeconds: waitSeconds },
    })
    const { Messages = [] } = await sqs.send(command, { abortSignal: stop })
    return Messages
  }
  async function* bodies() {
    for (;;) {
      const messages = await asked('sqs:ReceiveMessage', receive)
      for (const { Body = '' } of messages) yield Body
      const Entries = messages.map(({ ReceiptHandle }, n) => ({ Id: String(n), ReceiptHandle }))
      const remove = new DeleteMessageBatchCommand({ QueueUrl, Entries })
      if (Entries.length > 0) await asked('sqs:DeleteMessage', () => sqs.send(remove))
    }
  }
  const opened = made.move()
  return { name, bodies, [Symbol.asyncDispose]: () => opened.disposeAsync() }
}

/** Lets the topic, and nobody else, send to the queue. */
const policyOf = (Resource: string, topicArn: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        ...{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource },
        Principal: { Service: 'sns.amazonaws.com' },
        Condition: { ArnEquals: { 'aws:SourceArn': topicArn } },
      },
    ],
  })
