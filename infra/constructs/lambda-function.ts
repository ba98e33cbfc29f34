import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib'
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { ApplicationLogLevel, Architecture, LoggingFormat, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda'
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import type { Construct } from 'constructs'
import { limits } from '../config.ts'
import type { Deployment } from '../context/deployment.ts'
import { lockFile, root } from '../paths.ts'
import { bundling } from './bundling.ts'

/** What one function of the stack has of its own. */
export interface FunctionProps {
  /** Its logical id; those of its role and log group begin with it. */
  readonly id: string
  readonly name: string
  readonly description: string
  /** The path of its handler. */
  readonly entry: string
  readonly timeoutSeconds: number
  /** `limits.memoryMiB` unless given. */
  readonly memoryMiB?: number
  readonly environment: Record<string, string>
  /** Why it has no dead-letter setting of its own. */
  readonly whyNoDeadLetters: string
}

/** A function with its own role and log group; what it may reach is granted where the parts meet. */
export function addFunction(scope: Construct, deployment: Deployment, props: FunctionProps): NodejsFunction {
  const { timings } = deployment
  const { id, name, description, entry, timeoutSeconds, environment, whyNoDeadLetters } = props
  const logGroup = new LogGroup(scope, `${id}Logs`, {
    logGroupName: `/aws/lambda/${name}`,
    retention: timings.logRetentionDays,
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  })
  // A role of its own: the managed policy that comes with a function may write to every log group of the account.
  const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') })
  logGroup.grantWrite(role)

  const made = new NodejsFunction(scope, id, {
    functionName: name,
    description,
    entry,
    projectRoot: root,
    depsLockFilePath: lockFile,
    bundling: bundling(scope, deployment),
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    memorySize: props.memoryMiB ?? limits.memoryMiB,
    timeout: Duration.seconds(timeoutSeconds),
    role,
    logGroup,
    loggingFormat: LoggingFormat.JSON,
    applicationLogLevelV2: ApplicationLogLevel.INFO,
    tracing: Tracing.ACTIVE,
    environment,
  })
  Validations.of(made).acknowledge({ id: 'Serverless-LambdaDLQ', reason: whyNoDeadLetters })
  Validations.of(role).acknowledge({
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason:
      "X-Ray's two actions that send segments know no resources; a test holds the role to no other wildcard.",
  })
  return made
}
