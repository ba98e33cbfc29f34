import type { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs'
import type { Construct } from 'constructs'
import { limits } from '../config.ts'
import type { Deployment } from '../context/deployment.ts'
import { intakeEntry } from '../paths.ts'
import { addFunction } from './lambda-function.ts'

/** The intake function: what API Gateway passes deliveries to. */
export const addIntakeFunction = (
  scope: Construct,
  deployment: Deployment,
  environment: Record<string, string>,
): NodejsFunction =>
  addFunction(scope, deployment, {
    id: 'Intake',
    name: deployment.names.intakeFunction,
    description: 'Verifies what sources send and puts it on the changes queue',
    entry: intakeEntry,
    timeoutSeconds: limits.intakeTimeoutSeconds,
    memoryMiB: limits.intakeMemoryMiB,
    environment,
    whyNoDeadLetters:
      'It is called by API Gateway, which waits for the answer: who sent what was not taken sends it again.',
  })
