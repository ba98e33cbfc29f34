import type { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs'
import type { Construct } from 'constructs'
import type { Deployment } from '../context/deployment.ts'
import { replayEntry } from '../paths.ts'
import { addFunction } from './lambda-function.ts'

/** The replay function: dead letters for teams that do not hand queue permissions to people, and their draining. */
export const addReplayFunction = (
  scope: Construct,
  deployment: Deployment,
  environment: Record<string, string>,
): NodejsFunction =>
  addFunction(scope, deployment, {
    id: 'Replay',
    name: deployment.names.replayFunction,
    description: 'Replays dead letters and drains those that do not matter any more',
    entry: replayEntry,
    timeoutSeconds: deployment.timings.replayTimeoutSeconds,
    environment,
    whyNoDeadLetters:
      'A drain that failed is made up for by the next, and an alarm tells when none comes; replays answer who asked.',
  })
