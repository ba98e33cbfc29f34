import type { HttpApi, HttpStage } from 'aws-cdk-lib/aws-apigatewayv2'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager'
import { Construct } from 'constructs'
import { secretSetting } from '../../functions/intake/source-kinds.ts'
import { limits } from '../config.ts'
import type { Deployment } from '../context/deployment.ts'
import type { SourceDeployment } from '../context/source-deployment.ts'
import { functionCode } from './function-code.ts'
import { addIntakeApi } from './intake-api.ts'
import { addFunction, allowing, ms } from './lambda-function.ts'
import type { Queues } from './queue-constructs.ts'
import { addSourceSecret } from './secret-constructs.ts'
import type { SweepParts } from './sweep-function.ts'
import { grantHints } from './table-constructs.ts'

/** The intake of a stage: webhooks for sources that cannot send to SQS. */
export interface Intake {
  readonly lambda: IFunction
  readonly api: HttpApi
  readonly stage: HttpStage
  /** The names of the secrets of the sources. */
  readonly secrets: readonly string[]
}

/** Adds the intake of a stage, unless no source is declared. `sweep`: what looks at hints. */
export function addIntake(
  scope: Construct,
  deployment: Deployment,
  queues: Queues,
  sweep: SweepParts | undefined,
): Intake | undefined {
  if (deployment.sources.length === 0) return undefined

  // The secrets have their own scope, so that the name of a source cannot collide with another logical id.
  const secrets = new Construct(scope, 'Source')
  const sources = deployment.sources.map(source => ({ ...source, secret: addSourceSecret(secrets, source) }))

  const hints = deployment.sources.some(source => source.hints) ? sweep : undefined
  const lambda = addIntakeFunction(scope, deployment, { ...queues, hints }, sources)
  return {
    ...{ lambda, secrets: sources.map(({ secretName }) => secretName) },
    ...addIntakeApi(scope, deployment, lambda),
  }
}

/** Adds the intake function. It sends to the changes queue, adds hints and calls the sweep for them if a source gives any, and reads the secrets of its sources. */
function addIntakeFunction(
  scope: Construct,
  deployment: Deployment,
  { changes, hints }: Queues & { readonly hints: SweepParts | undefined },
  sources: readonly (SourceDeployment & { readonly secret: Secret })[],
): IFunction {
  const intake = addFunction(scope, deployment, {
    id: 'Intake',
    name: deployment.names.intakeFunction,
    description: 'Verifies what sources send and puts it on the changes queue',
    code: functionCode('intake', { roles: deployment.rolesFile, sources: deployment.sourcesFile }),
    timeoutSeconds: limits.intakeTimeoutSeconds,
    memoryMiB: limits.intakeMemoryMiB,
    // `functions/intake/intake-settings.ts` parses these. A test compares the two.
    environment: {
      CHANGES_QUEUE_URL: changes.queueUrl,
      DEADLINE_MS: ms(limits.intakeDeadlineSeconds),
      ...(hints && { SWEEP_TABLE: hints.table.tableName, SWEEP_FUNCTION: hints.lambda.functionName }),
      ...Object.fromEntries(sources.map(({ name, secret }) => [secretSetting(name), secret.secretArn])),
    },
    whyNoDeadLetters:
      'API Gateway calls it and waits for the answer: the sender of a delivery that was not accepted sends it again.',
  })
  const allow = allowing(intake)
  allow(['sqs:SendMessage'], changes.queueArn)
  allow(['secretsmanager:GetSecretValue'], ...sources.map(({ secret }) => secret.secretArn))
  if (hints) {
    grantHints(hints.table, intake)
    allow(['lambda:InvokeFunction'], hints.lambda.functionArn)
  }
  return intake
}
