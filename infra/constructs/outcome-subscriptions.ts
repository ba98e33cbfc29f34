import { Duration, Lazy, Stack } from 'aws-cdk-lib'
import { AnyPrincipal, Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Alias } from 'aws-cdk-lib/aws-kms'
import {
  Subscription,
  SubscriptionFilter,
  SubscriptionProtocol,
  Topic,
  type TopicSubscriptionConfig,
} from 'aws-cdk-lib/aws-sns'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import { type Construct, type IDependable, Node } from 'constructs'

/** Who may hear of the outcomes of one source. */
export interface OutcomeSubscriber {
  /**
   * Sends each outcome to a queue, its body the CloudEvent alone. A queue that is imported must allow this in its own policy:
   * `sqs:SendMessage` to `sns.amazonaws.com`, for the topic.
   */
  readonly subscribe: (queue: IQueue) => void
  /** Posts each outcome to an https URL, which must confirm the subscription. SNS tries fifty times, a minute apart. */
  readonly subscribeUrl: (url: string) => void
}

/** The topic of a stage's outcomes, and the subscriptions to it. */
export interface Outcomes {
  readonly topic: Topic
  readonly ofSource: (source: string) => OutcomeSubscriber
}

const sns = new ServicePrincipal('sns.amazonaws.com')

/**
 * Adds the topic of outcomes. Its policy refuses each subscription of an endpoint that is not one of the stack's, or a queue that
 * `role-sync outcomes` makes for an operator: a filter is no access control.
 */
export function addOutcomes(scope: Construct, topicName: string): Outcomes {
  const byName = (service: string, resource: string) => Stack.of(scope).formatArn({ service, resource })
  const endpoints = [byName('sqs', `${topicName}-*`)]
  const masterKey = Alias.fromAliasName(scope, 'OutcomesKey', 'alias/aws/sns')
  const topic = new Topic(scope, 'Outcomes', { topicName, masterKey, enforceSSL: true })
  const { policyDependable } = topic.addToResourcePolicy(
    new PolicyStatement({
      sid: 'OnlyTheStackSubscribes',
      effect: Effect.DENY,
      principals: [new AnyPrincipal()],
      actions: ['sns:Subscribe'],
      resources: [topic.topicArn],
      conditions: { StringNotLike: { 'sns:Endpoint': Lazy.any({ produce: () => endpoints }) } },
    }),
  )

  const subscribe = (source: string, id: string, to: Omit<TopicSubscriptionConfig, 'subscriberId'>) => {
    const match = source.endsWith('/') ? { matchPrefixes: [source] } : { allowlist: [source] }
    const filterPolicy = { source: SubscriptionFilter.stringFilter(match) }
    const all = { ...to, topic, filterPolicy, rawMessageDelivery: true }
    const subscription = new Subscription(scope, `Outcomes of ${source} to ${id}`, all)
    subscription.node.addDependency(policyDependable as IDependable)
    endpoints.push(to.endpoint)
  }
  return {
    topic,
    ofSource: source => ({
      subscribe: queue => {
        // The ARN is built from the name, so that a queue of another stack does not depend on this one, which depends on it.
        const conditions = { ArnEquals: { 'aws:SourceArn': byName('sns', topicName) } }
        const may = (actions: string[], ...resources: string[]) =>
          new PolicyStatement({ principals: [sns], actions, resources, conditions })
        queue.addToResourcePolicy(may(['sqs:SendMessage'], queue.queueArn))
        queue.encryptionMasterKey?.addToResourcePolicy(may(['kms:Decrypt', 'kms:GenerateDataKey'], '*'))
        const to = { protocol: SubscriptionProtocol.SQS, endpoint: queue.queueArn }
        subscribe(source, Node.of(queue).path, to)
      },
      subscribeUrl: url => {
        const minute = Duration.minutes(1)
        const healthyRetryPolicy = { numRetries: 50, minDelayTarget: minute, maxDelayTarget: minute }
        const to = { protocol: SubscriptionProtocol.HTTPS, endpoint: url }
        subscribe(source, url, { ...to, deliveryPolicy: { healthyRetryPolicy } })
      },
    }),
  }
}
