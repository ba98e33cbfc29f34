import {
  CreateQueueCommand,
  type QueueAttributeName,
  SetQueueAttributesCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import { resolve, type Scope } from './intrinsic-functions.ts'
import { type Properties, resourcesOf, type Template } from './template-resources.ts'

/** The properties of a queue that are attributes of SQS. */
const attributeNames: readonly QueueAttributeName[] = [
  'VisibilityTimeout',
  'MessageRetentionPeriod',
  'MaximumMessageSize',
  'DelaySeconds',
  'ReceiveMessageWaitTimeSeconds',
  'RedrivePolicy',
]

/** One queue of the template. */
export interface Queue {
  readonly name: string
  readonly url: string
  readonly arn: string
  /** The ARN of its dead-letter queue. */
  readonly deadLetterArn?: string
  readonly attributes: Readonly<Partial<Record<QueueAttributeName, string>>>
}

/** The queues of a template, with their addresses on the local engines. */
export function queuesOf(template: Template, scope: Scope): Queue[] {
  return resourcesOf(template, 'AWS::SQS::Queue').map(({ id, properties }) => {
    const resolved = resolve(properties, scope) as Properties
    const redrive = resolved.RedrivePolicy as { deadLetterTargetArn: string } | undefined
    return {
      name: scope.attribute(id, 'QueueName'),
      url: scope.ref(id),
      arn: scope.attribute(id, 'Arn'),
      attributes: attributesOf(resolved),
      ...(redrive && { deadLetterArn: redrive.deadLetterTargetArn }),
    }
  })
}

/** Creates the queues. A queue of an earlier run keeps its messages and gets the current attributes. */
export async function createQueues(sqs: SQSClient, queues: readonly Queue[]): Promise<void> {
  for (const { name, url, attributes } of queues) {
    try {
      await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }))
    } catch (error) {
      if ((error as Error).name !== 'QueueNameExists') throw error
      await sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: attributes }))
    }
  }
}

function attributesOf(properties: Properties): Queue['attributes'] {
  const entries = Object.entries(properties)
    .filter(([name]) => (attributeNames as readonly string[]).includes(name))
    .map(([name, value]) => [name, typeof value === 'object' ? JSON.stringify(value) : String(value)])
  return Object.fromEntries(entries)
}
