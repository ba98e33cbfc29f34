import type { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs'
import type { Construct } from 'constructs'
import type { Deployment } from '../context/deployment.ts'
import { syncEntry } from '../paths.ts'
import { addFunction } from './lambda-function.ts'

/** The sync function: what the changes queue is fed to. */
export const addSyncFunction = (
  scope: Construct,
  deployment: Deployment,
  environment: Record<string, string>,
): NodejsFunction =>
  addFunction(scope, deployment, {
    id: 'Sync',
    name: deployment.names.syncFunction,
    description: 'Makes role changes true at their targets',
    entry: syncEntry,
    timeoutSeconds: deployment.timings.functionTimeoutSeconds,
    environment,
    whyNoDeadLetters:
      'Its own dead-letter setting is for asynchronous calls; here the queue calls, and has a dead-letter queue.',
  })
