import { Aws, Stack, Tags } from 'aws-cdk-lib'
import { type Metric, type MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch'
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb'
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import type { personTarget } from '../functions/core/people/person-event.ts'
import type { Names } from '../functions/core/resource-names.ts'
import { metricNames } from '../functions/core/sync-metrics.ts'
import type { TargetName } from '../functions/targets/index.ts'
import { type ApprovalParts, addApprovals } from './constructs/approve-function.ts'
import { addDashboard } from './constructs/dashboard.ts'
import { addDue, type DueParts } from './constructs/due-function.ts'
import { addIntake, type Intake } from './constructs/intake-construct.ts'
import { trustSenders } from './constructs/lambda-function.ts'
import { addOutcomes, type OutcomeSubscriber, type Outcomes } from './constructs/outcome-subscriptions.ts'
import { addQueues } from './constructs/queue-constructs.ts'
import { addReassert, addReassertKey } from './constructs/reassert-function.ts'
import { addReplayFunction } from './constructs/replay-function.ts'
import { addPersonSecret, addSecret } from './constructs/secret-constructs.ts'
import { addAlarms } from './constructs/stage-alarms.ts'
import { oldestLetterAge, syncMetric } from './constructs/stage-metrics.ts'
import { addSweep, type SweepParts } from './constructs/sweep-function.ts'
import { addSyncFunction } from './constructs/sync-function.ts'
import { addHistory, addLedger, grantEventsOf } from './constructs/table-constructs.ts'
import { complaint, type Deployment } from './context/deployment.ts'
import { deploymentOf, type RoleSyncProps } from './role-sync-props.ts'

export type { Catalogue } from '../functions/core/event/role-catalogue.ts'
export type { TargetName } from '../functions/targets/index.ts'
export type { OutcomeSubscriber } from './constructs/outcome-subscriptions.ts'
export type { DeclaredSource, RoleSyncProps, RoleSyncTargets, TargetProps } from './role-sync-props.ts'

/** The `target` of a metric: a target, or `person` for events that name a person and have no target yet. */
export type MetricTarget = TargetName | typeof personTarget

/** One stage of role-sync. Stages share nothing, so one account and one stack can have several. */
export class RoleSync extends Construct {
  /** The label of the stage, part of every name. */
  readonly stage: string
  /** The names of its queues, table, functions and secrets in the account. */
  readonly names: Names
  /** The queue that producers send to. `grantSend` gives the permission. */
  readonly changesQueue: IQueue
  /** The queue of the changes that could not be applied. */
  readonly deadLetterQueue: IQueue
  /** The table with one entry for each member. */
  readonly ledger: TableV2
  /** One item for each message that ended; absent if the stage keeps no history. */
  readonly history: TableV2 | undefined
  /** The topic of the outcomes; absent if the stage tells nobody of them. `outcomesFor` subscribes to it. */
  readonly outcomesTopic: ITopic | undefined
  readonly #outcomes: Outcomes | undefined
  /** The function that applies changes. */
  readonly syncFunction: IFunction
  /** The function that replays and drains dead letters. */
  readonly replayFunction: IFunction
  /** The secrets for the tokens of the targets, by target. */
  readonly targetSecrets: ReadonlyMap<TargetName, Secret>
  /** The webhooks of the sources. Undefined if no source is declared. */
  readonly intake: Intake | undefined
  /** The approvals of held changes. Undefined if no guard is declared. */
  readonly approvals: ApprovalParts | undefined
  /** The readings of the targets, and the function that makes them. Undefined if the sweep is off. */
  readonly sweep: SweepParts | undefined
  /** The changes that take effect later, and the function that puts them on the queue. */
  readonly due: DueParts

  /**
   * Adds a stage, from props or from a deployment that was read from CDK context. Throws one error that lists every problem of the
   * props, each as `path: rule`.
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
    this.history = deployment.history && addHistory(this, names.historyTable)
    const outcomes = deployment.tellsOutcomes ? addOutcomes(this, names.outcomesTopic) : undefined
    const targets = deployment.targets.map(target => ({ ...target, secret: addSecret(this, target) }))
    const personSecret = addPersonSecret(this, names.personSecret)
    const approvals = addApprovals(this, deployment)
    const reassertSecret = addReassertKey(this, deployment)
    const due = addDue(this, deployment, queues)
    const sweep = addSweep(this, deployment, { ledger, targets, due })
    const others = { targets, personSecret, reassertSecret, readings: sweep?.known }
    const parts = { queues, ledger, history: this.history, topic: outcomes?.topic, ...others, approvals, due }
    const sync = addSyncFunction(this, deployment, parts)
    const replay = addReplayFunction(this, deployment, queues, ledger)
    const intake = addIntake(this, deployment, queues, sweep)
    const reassert = addReassert(this, deployment, parts, sweep)
    const passingOn = [intake, reassert, due].flatMap(part => part?.lambda ?? [])
    if (approvals) trustSenders([sync, replay], [sync, replay, ...passingOn])

    const watched = { queues, sync, replay, intake, approvals, sweep, reassert, due }
    addAlarms(this, deployment, watched)
    addDashboard(this, deployment, watched)
    for (const [key, value] of Object.entries(deployment.tags)) Tags.of(this).add(key, value)

    this.changesQueue = queues.changes
    this.deadLetterQueue = queues.deadLetters
    this.ledger = ledger
    this.#outcomes = outcomes
    this.outcomesTopic = outcomes?.topic
    this.syncFunction = sync
    this.replayFunction = replay
    this.targetSecrets = new Map(targets.map(({ name, secret }) => [name, secret]))
    this.intake = intake
    this.approvals = approvals
    this.sweep = sweep
    this.due = due
  }

  /**
   * Allows a producer to send changes, and nothing else. A service may send only for this account. To limit it to one resource,
   * give its principal a condition on `aws:SourceArn`. Throws if the producer is a wildcard.
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

  /**
   * Allows a producer to read what became of its own events, those of one `source` and of the sources below it, and nothing else.
   * Throws if the stage keeps no history, or if the source has a wildcard.
   */
  grantStatus(producer: IGrantable, source: string): Grant {
    if (!this.history) throw new Error(`${this.node.path}: grantStatus needs a history: set history to on`)
    if (/[*?$]/.test(source)) throw new Error(`${this.node.path}: grantStatus takes no wildcard in a source`)
    return grantEventsOf(this.history, producer, source)
  }

  /**
   * The outcomes of a source's events, to subscribe a queue or a URL to: of exactly this CloudEvents `source`, or, where it ends with
   * `/`, of every source that begins so. Throws if `outcomes` is off.
   */
  outcomesFor(source: string): OutcomeSubscriber {
    if (!this.#outcomes) throw new Error(`${this.node.path}: outcomesFor needs outcomes: 'on'`)
    return this.#outcomes.ofSource(source)
  }

  /** The number of dead letters that wait for an operator: the maximum of 5 minutes by default. */
  metricDeadLetters(options?: MetricOptions): Metric {
    const wanted = { statistic: Stats.MAXIMUM, ...options }
    return this.deadLetterQueue.metricApproximateNumberOfMessagesVisible(wanted)
  }

  /** The age of the oldest dead letter, in seconds: the maximum of an hour by default. Every drain publishes it. */
  metricOldestDeadLetterAge(options: MetricOptions = {}): Metric {
    return oldestLetterAge(this.names, { statistic: Stats.MAXIMUM, periodSeconds: 3600 }).with(options)
  }

  /** The age of the oldest change that is not applied at a target yet, in seconds: the maximum of 5 minutes by default. */
  metricOldestChangeAge(target: MetricTarget, options: MetricOptions = {}): Metric {
    const statistic = Stats.MAXIMUM
    return syncMetric(this.names, target, metricNames.oldestChangeAge, { statistic }).with(options)
  }

  /** The number of changes that were applied at a target, in 5 minutes by default. */
  metricApplied(target: TargetName, options: MetricOptions = {}): Metric {
    return syncMetric(this.names, target, metricNames.applied, { statistic: Stats.SUM }).with(options)
  }

  /** The number of changes for a target that became dead letters, in 5 minutes by default. */
  metricDead(target: MetricTarget, options: MetricOptions = {}): Metric {
    return syncMetric(this.names, target, metricNames.dead, { statistic: Stats.SUM }).with(options)
  }

  /** The time from an event to its proof at a target, in milliseconds: the 99th percentile of 5 minutes by default. */
  metricTimeToEffect(target: TargetName, options: MetricOptions = {}): Metric {
    const statistic = Stats.percentile(99)
    return syncMetric(this.names, target, metricNames.timeToEffect, { statistic }).with(options)
  }
}

/** The stage decides all names, so a stack with two constructs of one stage could not be deployed. */
function refuseTwin(scope: Construct, stage: string): void {
  const all = Stack.of(scope).node.findAll()
  const twin = all.find(construct => construct instanceof RoleSync && construct.stage === stage)
  if (twin) throw new Error(complaint([`stage: ${twin.node.path} has the same stage; give each its own`]))
}
