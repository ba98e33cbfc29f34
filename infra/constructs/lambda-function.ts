import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib'
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events'
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets'
import { Grant, type IGrantable, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import {
  ApplicationLogLevel,
  Architecture,
  type Code,
  type IFunction,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import type { Construct } from 'constructs'
import { metricNamespace, serviceName } from '../../functions/core/resource-names.ts'
import { limits } from '../config.ts'
import type { Deployment } from '../context/deployment.ts'

/** The properties of one function. */
export interface FunctionProps {
  /** Its logical id, also the prefix of the ids of its role and log group. */
  readonly id: string
  readonly name: string
  readonly description: string
  readonly code: Code
  readonly timeoutSeconds: number
  /** `limits.memoryMiB` unless given. */
  readonly memoryMiB?: number
  readonly environment: Record<string, string>
  /** Why the function has no dead-letter setting of its own. */
  readonly whyNoDeadLetters: string
}

/** A function that `addFunction` made. */
export type MadeFunction = LambdaFunction

/** Adds a function with its own role and log group, without further permissions. */
export function addFunction(scope: Construct, deployment: Deployment, props: FunctionProps): MadeFunction {
  const { timings } = deployment
  const { id, name, description, code, timeoutSeconds, environment, whyNoDeadLetters } = props
  const logGroup = new LogGroup(scope, `${id}Logs`, {
    logGroupName: `/aws/lambda/${name}`,
    retention: timings.logRetentionDays,
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  })
  // The managed policy of the default role allows writes to every log group of the account.
  const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') })
  logGroup.grantWrite(role)

  const made = new LambdaFunction(scope, id, {
    functionName: name,
    description,
    code,
    handler: 'index.handler',
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    memorySize: props.memoryMiB ?? limits.memoryMiB,
    timeout: Duration.seconds(timeoutSeconds),
    role,
    logGroup,
    loggingFormat: LoggingFormat.JSON,
    applicationLogLevelV2: ApplicationLogLevel.INFO,
    tracing: Tracing.ACTIVE,
    environment: { ...environment, ...powertools },
  })
  Validations.of(made).acknowledge({ id: 'Serverless-LambdaDLQ', reason: whyNoDeadLetters })
  Validations.of(role).acknowledge({
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason: 'The two actions of X-Ray that send segments have no resources. A test allows no other wildcard.',
  })
  return made
}

/** What calls a function at a rate. */
interface Rate {
  readonly id: string
  readonly description: string
  readonly everyMinutes: number
  /** The event of each call. */
  readonly event: object
  /** Why a call that is missed is kept nowhere. */
  readonly whyNoDeadLetters: string
}

/** Calls a function at a rate. */
export function addRate(scope: Construct, made: IFunction, rate: Rate): void {
  const rule = new Rule(scope, rate.id, {
    description: rate.description,
    schedule: Schedule.rate(Duration.minutes(rate.everyMinutes)),
    targets: [new LambdaTarget(made, { event: RuleTargetInput.fromObject(rate.event) })],
  })
  Validations.of(rule).acknowledge({ id: 'Serverless-EventBusDLQ', reason: rate.whyNoDeadLetters })
}

const powertools = {
  POWERTOOLS_SERVICE_NAME: serviceName,
  POWERTOOLS_METRICS_NAMESPACE: metricNamespace,
  POWERTOOLS_LOG_LEVEL: 'INFO',
}

/** Who a function is to SQS: the unique id of its role. */
export const senderIdOf = ({ role }: IFunction): string => (role as Role).roleId

/** Lets functions believe for whom these senders send. */
export function trustSenders(readers: readonly MadeFunction[], senders: readonly IFunction[]): void {
  const ids = senders.map(senderIdOf).join(',')
  for (const reader of readers) reader.addEnvironment('TRUSTED_SENDERS', ids)
}

/** Allows a function exactly these calls. The constructs' `grant…` methods allow more, such as `DescribeSecret`. */
export const allowing =
  (grantee: IGrantable) =>
  (actions: string[], ...resourceArns: string[]) =>
    Grant.addToPrincipal({ grantee, actions, resourceArns })

/** Seconds as a setting in milliseconds. */
export const ms = (seconds: number): string => String(Math.round(seconds * 1000))
