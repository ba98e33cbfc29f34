import { Aws, Stack, Tags } from 'aws-cdk-lib'
import { type Metric, type MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch'
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb'
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import type { Names } from '../functions/core/resource-names.ts'
import { metricNames } from '../functions/core/sync-metrics.ts'
import { addDashboard } from './constructs/dashboard.ts'
import { addIntake, type Intake } from './constructs/intake-construct.ts'
import { addLedger } from './constructs/ledger-construct.ts'
import { addQueues } from './constructs/queue-constructs.ts'
import { addReplayFunction } from './constructs/replay-function.ts'
import { addPersonSecret, addSecret } from './constructs/secret-constructs.ts'
import { addAlarms } from './constructs/stage-alarms.ts'
import { oldestLetterAge, syncMetric } from './constructs/stage-metrics.ts'
import { addSyncFunction } from './constructs/sync-function.ts'
import { complaint, type Deployment } from './context/deployment.ts'
import { deploymentOf, type RoleSyncProps } from './role-sync-props.ts'

export type { Catalogue } from '../functions/core/event/role-catalogue.ts'
export type { DeclaredSource, RoleSyncProps, RoleSyncTargets, TargetProps } from './role-sync-props.ts'

/** One stage of role-sync. Stages share nothing, so several can stand in one account, and in one stack. */
export class RoleSync extends Construct {
  /** Its label, part of every name. */
  readonly stage: string
  /** What the queues, the table, the functions and the secrets are called in the account. */
  readonly names: Names
  /** The queue that producers send to; `grantSend` lets them. */
  readonly changesQueue: IQueue
  /** Where the messages wait that could not be applied. */
  readonly deadLetterQueue: IQueue
  /** One entry for each member. */
  readonly ledger: TableV2
  /** What applies the changes. */
  readonly syncFunction: IFunction
  /** What replays and drains the dead letters. */
  readonly replayFunction: IFunction
  /** The secrets that the targets' tokens are put in, by target. */
  readonly targetSecrets: ReadonlyMap<string, Secret>
  /** What sources deliver to; absent where none is declared. */
  readonly intake: Intake | undefined

  /**
   * Makes a stage out of props, or out of a deployment that a context was read into. Throws one error that lists every problem of
   * the props, each as `path: rule`.
   */
  constructor(scope: Construct, id: string, props: RoleSyncProps | Deployment) {
    const deployment = 'names' in props ? props : deploymentOf(props)
    const { stage, names } = deployment
    refuseTwin(scope, stage)
    super(scope, id)
    this.stage = stage
    this.names = names

    const queues = addQueues(this, deployment)
    const ledger = addLedger(this, names.ledgerTable)
    const targets = deployment.targets.map(target => ({ ...target, secret: addSecret(this, target) }))
    const personSecret = addPersonSecret(this, names.personSecret)
    const sync = addSyncFunction(this, deployment, { queues, ledger, targets, personSecret })
    const replay = addReplayFunction(this, deployment, queues, ledger)
    const intake = addIntake(this, deployment, queues)

    addAlarms(this, deployment, queues, { sync, replay }, intake)
    addDashboard(this, deployment, queues, { sync, replay }, intake)
    for (const [key, value] of Object.entries(deployment.tags)) Tags.of(this).add(key, value)

    this.changesQueue = queues.changes
    this.deadLetterQueue = queues.deadLetters
    this.ledger = ledger
    this.syncFunction = sync
    this.replayFunction = replay
    this.targetSecrets = new Map(targets.map(({ name, secret }) => [name, secret]))
    this.intake = intake
  }

  /**
   * Lets a producer send changes, and do nothing else. A service may do so for this account alone; hold it to one resource by a
   * condition of its principal on `aws:SourceArn`. Throws where the producer is everybody.
   */
  grantSend(producer: IGrantable): Grant {
    const { principalJson } = producer.grantPrincipal.policyFragment
    if (Object.entries(principalJson).flat(2).includes('*')) {
      throw new Error(`${this.node.path}: grantSend takes no wildcard: name who may send`)
    }
    return Grant.addToPrincipalOrResource({
      grantee: producer,
      actions: ['sqs:SendMessage'],
      resourceArns: [this.changesQueue.queueArn],
      resource: this.changesQueue,
      ...('Service' in principalJson && {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    })
  }

  /** How many dead letters wait for a person: the highest number of 5 minutes by default. */
  metricDeadLetters(options?: MetricOptions): Metric {
    return this.deadLetterQueue.metricApproximateNumberOfMessagesVisible({
      statistic: Stats.MAXIMUM,
      ...options,
    })
  }

  /** The age of the oldest dead letter, in seconds: the highest of an hour by default. It comes with every drain. */
  metricOldestDeadLetterAge(options: MetricOptions = {}): Metric {
    return oldestLetterAge(this.names, { statistic: Stats.MAXIMUM, periodSeconds: 3600 }).with(options)
  }

  /** The age of the oldest change that a target has not taken yet, in seconds: the highest of 5 minutes by default. */
  metricOldestChangeAge(target: string, options: MetricOptions = {}): Metric {
    return syncMetric(this.names, target, metricNames.oldestChangeAge, { statistic: Stats.MAXIMUM }).with(
      options,
    )
  }

  /** The changes that were applied at a target: their number in 5 minutes by default. */
  metricApplied(target: string, options: MetricOptions = {}): Metric {
    return syncMetric(this.names, target, metricNames.applied, { statistic: Stats.SUM }).with(options)
  }

  /** The changes for a target that became dead letters: their number in 5 minutes by default. */
  metricDead(target: string, options: MetricOptions = {}): Metric {
    return syncMetric(this.names, target, metricNames.dead, { statistic: Stats.SUM }).with(options)
  }

  /** The time from an event to its proof at a target, in milliseconds: the 99th percentile of 5 minutes by default. */
  metricTimeToEffect(target: string, options: MetricOptions = {}): Metric {
    return syncMetric(this.names, target, metricNames.timeToEffect, { statistic: Stats.percentile(99) }).with(
      options,
    )
  }
}

/** Names are fixed by the stage, so a second construct of it in the stack could not be deployed. */
function refuseTwin(scope: Construct, stage: string): void {
  const twin = Stack.of(scope)
    .node.findAll()
    .find(construct => construct instanceof RoleSync && construct.stage === stage)
  if (twin) throw new Error(complaint([`stage: is that of ${twin.node.path} already`]))
}
