import type { HttpApi, HttpStage } from 'aws-cdk-lib/aws-apigatewayv2'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import { Construct } from 'constructs'
import type { Deployment } from '../context/deployment.ts'
import { intakeEnvironmentOf } from './environment.ts'
import { grantIntake } from './grants.ts'
import { addIntakeApi } from './intake-api.ts'
import { addIntakeFunction } from './intake-function.ts'
import type { Queues } from './queue-constructs.ts'
import { addSourceSecret } from './secret-constructs.ts'

/** The way in for sources that cannot send to SQS. */
export interface Intake {
  readonly lambda: IFunction
  readonly api: HttpApi
  readonly stage: HttpStage
  /** The names of the sources' secrets. */
  readonly secrets: readonly string[]
}

/** The intake of a stage; where no source is declared there is none, and nothing to call. */
export function addIntake(scope: Construct, deployment: Deployment, queues: Queues): Intake | undefined {
  if (deployment.sources.length === 0) return undefined

  // In a scope of their own: there the names of sources may look like each other without their hyphens.
  const secrets = new Construct(scope, 'Source')
  const sources = deployment.sources.map(source => ({ ...source, secret: addSourceSecret(secrets, source) }))

  const lambda = addIntakeFunction(scope, deployment, intakeEnvironmentOf(queues, sources))
  grantIntake(
    lambda,
    queues,
    sources.map(({ secret }) => secret),
  )
  return {
    ...{ lambda, secrets: sources.map(({ secretName }) => secretName) },
    ...addIntakeApi(scope, deployment, lambda),
  }
}
