import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib'
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { ApplicationLogLevel, Architecture, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda'
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import type { Construct } from 'constructs'
import { limits } from '../config.ts'
import type { Deployment } from '../context/read.ts'
import { lockFile, root, syncEntry } from '../paths.ts'
import { bundling } from './bundling.ts'

/** The sync function with its own role and log group; what it may reach is granted where the parts meet. */
export function addSyncFunction(
  scope: Construct,
  { names, rolesFile, timings }: Deployment,
  environment: Record<string, string>,
): NodejsFunction {
  const logGroup = new LogGroup(scope, 'SyncLogs', {
    logGroupName: `/aws/lambda/${names.syncFunction}`,
    retention: timings.logRetentionDays,
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  })
  // A role of its own: the managed policy that comes with a function may write to every log group of the account.
  const role = new Role(scope, 'SyncRole', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') })
  logGroup.grantWrite(role)

  const sync = new NodejsFunction(scope, 'Sync', {
    functionName: names.syncFunction,
    description: 'Makes role changes true at their targets',
    entry: syncEntry,
    projectRoot: root,
    depsLockFilePath: lockFile,
    bundling: bundling(rolesFile),
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    memorySize: limits.memoryMiB,
    timeout: Duration.seconds(timings.functionTimeoutSeconds),
    role,
    logGroup,
    loggingFormat: LoggingFormat.JSON,
    applicationLogLevelV2: ApplicationLogLevel.INFO,
    environment,
  })
  Validations.of(sync).acknowledge(
    {
      id: 'Serverless-LambdaDLQ',
      reason:
        'Its own dead-letter setting is for asynchronous calls; here the queue calls, and has a dead-letter queue.',
    },
    {
      id: 'Serverless-LambdaTracing',
      reason:
        'X-Ray would need a grant on every resource; each attempt is one log line with event, member and message.',
    },
  )
  return sync
}
