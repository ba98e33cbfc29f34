import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib'
import { Grant, type IGrantable, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { ApplicationLogLevel, Architecture, LoggingFormat, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda'
import { type BundlingOptions, LogLevel, NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import type { Construct } from 'constructs'
import { metricNamespace, serviceName } from '../../functions/core/resource-names.ts'
import { limits } from '../config.ts'
import type { Deployment } from '../context/deployment.ts'
import { fileOf } from '../context/reviewed-file.ts'
import { envCredentials, lockFile, root } from '../paths.ts'

/** The properties of one function. */
export interface FunctionProps {
  /** Its logical id, also the prefix of the ids of its role and log group. */
  readonly id: string
  readonly name: string
  readonly description: string
  /** The path of its handler. */
  readonly entry: string
  readonly timeoutSeconds: number
  /** `limits.memoryMiB` unless given. */
  readonly memoryMiB?: number
  readonly environment: Record<string, string>
  /** Why the function has no dead-letter setting of its own. */
  readonly whyNoDeadLetters: string
}

/** Adds a function with its own role and log group, without further permissions. */
export function addFunction(scope: Construct, deployment: Deployment, props: FunctionProps): NodejsFunction {
  const { timings } = deployment
  const { id, name, description, entry, timeoutSeconds, environment, whyNoDeadLetters } = props
  const logGroup = new LogGroup(scope, `${id}Logs`, {
    logGroupName: `/aws/lambda/${name}`,
    retention: timings.logRetentionDays,
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  })
  // The managed policy that comes with a function's default role may write to every log group of the account.
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
    environment: { ...environment, ...powertools },
  })
  Validations.of(made).acknowledge({ id: 'Serverless-LambdaDLQ', reason: whyNoDeadLetters })
  Validations.of(role).acknowledge({
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason:
      "X-Ray's two actions that send segments know no resources; a test holds the role to no other wildcard.",
  })
  return made
}

const powertools = {
  POWERTOOLS_SERVICE_NAME: serviceName,
  POWERTOOLS_METRICS_NAMESPACE: metricNamespace,
  POWERTOOLS_LOG_LEVEL: 'INFO',
}

/**
 * Bundles a handler and the SDK into one `.mjs` file, so that the tested code is the deployed code. There is no metafile: it
 * contains the output directory, which would change the asset's hash.
 */
export const bundling = (
  scope: Construct,
  { rolesFile, sourcesFile }: Pick<Deployment, 'rolesFile' | 'sourcesFile'>,
): BundlingOptions => ({
  format: OutputFormat.ESM,
  target: 'node24',
  minify: true,
  bundleAwsSDK: true,
  mainFields: ['module', 'main'],
  // CommonJS packages call `require` for Node's own modules.
  banner: "import{createRequire as nodeRequire}from'node:module';const require=nodeRequire(import.meta.url);",
  logLevel: LogLevel.WARNING,
  environment: { NO_UPDATE_NOTIFIER: '1', npm_config_loglevel: 'error' },
  esbuildArgs: {
    // A function has its credentials in the environment. The default chain is half of the bundle (aws-sdk-js-v3#6087).
    '--alias:@aws-sdk/credential-provider-node': envCredentials,
    // ofetch contains a fetch for old runtimes.
    '--alias:node-fetch-native': 'node-fetch-native/native',
    // undici's HTTP parser for machines without SIMD is 70 KB; Lambda has no such machine.
    '--external:*/llhttp-wasm.js': true,
    '--alias:#roles': fileOf(scope, rolesFile),
    '--alias:#sources': fileOf(scope, sourcesFile),
  },
})

/** Allows a function exactly these calls. The constructs' `grant…` methods allow more, such as `DescribeSecret`. */
export const allowing =
  (grantee: IGrantable) =>
  (actions: string[], ...resourceArns: string[]) =>
    Grant.addToPrincipal({ grantee, actions, resourceArns })

/** Seconds as a setting in milliseconds. */
export const ms = (seconds: number): string => String(Math.round(seconds * 1000))
