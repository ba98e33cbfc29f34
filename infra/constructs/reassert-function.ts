import { FunctionUrl, FunctionUrlAuthType, type IFunction } from 'aws-cdk-lib/aws-lambda'
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager'
import type { Construct } from 'constructs'
import { outcomeSource } from '../../functions/core/history/outcome-event.ts'
import { limits } from '../config.ts'
import type { Deployment } from '../context/deployment.ts'
import { functionCode } from './function-code.ts'
import { addFunction, addRate, allowing } from './lambda-function.ts'
import { addReassertSecret } from './secret-constructs.ts'
import type { SweepParts } from './sweep-function.ts'
import type { SyncParts } from './sync-function.ts'
import { grantClaims } from './table-constructs.ts'

/** What a stage has for re-assertions. */
export interface ReassertParts {
  readonly lambda: IFunction
  /** Where operators send what is to be written again, signed. */
  readonly url: FunctionUrl
}

/** Adds the key of re-assertions, unless a stage has none. */
export const addReassertKey = (scope: Construct, { names, reasserts }: Deployment): Secret | undefined =>
  reasserts ? addReassertSecret(scope, names.reassertSecret) : undefined

/** Adds the function that sends re-assertions, unless the stage has no key. It cannot write to a target, nor to the ledger. */
export function addReassert(
  scope: Construct,
  deployment: Deployment,
  {
    queues: { changes },
    ledger,
    reassertSecret: secret,
  }: Pick<SyncParts, 'queues' | 'ledger' | 'reassertSecret'>,
  sweep: Pick<SweepParts, 'table'> | undefined,
): ReassertParts | undefined {
  if (!secret) return undefined
  const readings = deployment.reassertsByItself ? sweep?.table : undefined
  const lambda = addFunction(scope, deployment, {
    id: 'Reassert',
    name: deployment.names.reassertFunction,
    description: 'Asks for what is applied to be written again',
    code: functionCode('reassert', { roles: deployment.rolesFile, guards: deployment.guardsFile }),
    timeoutSeconds: limits.approveTimeoutSeconds,
    // `functions/reassert/reassert-settings.ts` parses these. A test compares the two.
    environment: {
      CHANGES_QUEUE_URL: changes.queueUrl,
      LEDGER_TABLE: ledger.tableName,
      REASSERT_SECRET_ARN: secret.secretArn,
      REASSERT_SOURCE: `${outcomeSource(deployment.stage)}/drift`,
      ...(readings && { SWEEP_TABLE: readings.tableName }),
    },
    whyNoDeadLetters:
      'Its function URL waits for the answer: an operator whose plan was not sent sends it again. What the schedule misses, it finds the next time.',
  })
  const allow = allowing(lambda)
  allow(['sqs:SendMessage'], changes.queueArn)
  allow(['dynamodb:GetItem'], ledger.tableArn)
  allow(['secretsmanager:GetSecretValue'], secret.secretArn)
  if (readings) {
    allow(['dynamodb:GetItem'], readings.tableArn)
    grantClaims(readings, lambda)
    addRate(scope, lambda, {
      id: 'ReassertSchedule',
      description: 'Has what drifts written again in the scopes that say so',
      everyMinutes: limits.sweepEveryMinutes,
      // `functions/reassert/reassert-handler.ts` knows it.
      event: { action: 'reassert' },
      whyNoDeadLetters: 'The next invocation does what a missed one left.',
    })
  }
  // Lambda verifies the signature and names the caller in the request's context.
  const url = new FunctionUrl(scope, 'ReassertUrl', {
    function: lambda,
    authType: FunctionUrlAuthType.AWS_IAM,
  })
  return { lambda, url }
}
