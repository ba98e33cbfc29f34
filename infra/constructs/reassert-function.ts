import { FunctionUrl, FunctionUrlAuthType, type IFunction } from 'aws-cdk-lib/aws-lambda'
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager'
import type { Construct } from 'constructs'
import { outcomeSource } from '../../functions/core/history/outcome-event.ts'
import { limits } from '../config.ts'
import type { Deployment } from '../context/deployment.ts'
import { functionCode } from './function-code.ts'
import { addFunction, allowing } from './lambda-function.ts'
import { addReassertSecret } from './secret-constructs.ts'
import type { SyncParts } from './sync-function.ts'

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
): ReassertParts | undefined {
  if (!secret) return undefined
  const lambda = addFunction(scope, deployment, {
    id: 'Reassert',
    name: deployment.names.reassertFunction,
    description: 'Asks for what is applied to be written again',
    code: functionCode('reassert', {}),
    timeoutSeconds: limits.approveTimeoutSeconds,
    // `functions/reassert/reassert-settings.ts` parses these. A test compares the two.
    environment: {
      CHANGES_QUEUE_URL: changes.queueUrl,
      LEDGER_TABLE: ledger.tableName,
      REASSERT_SECRET_ARN: secret.secretArn,
      REASSERT_SOURCE: `${outcomeSource(deployment.stage)}/drift`,
    },
    whyNoDeadLetters:
      'Its function URL waits for the answer: an operator whose plan was not sent sends it again.',
  })
  const allow = allowing(lambda)
  allow(['sqs:SendMessage'], changes.queueArn)
  allow(['dynamodb:GetItem'], ledger.tableArn)
  allow(['secretsmanager:GetSecretValue'], secret.secretArn)
  // Lambda verifies the signature and names the caller in the request's context.
  const url = new FunctionUrl(scope, 'ReassertUrl', {
    function: lambda,
    authType: FunctionUrlAuthType.AWS_IAM,
  })
  return { lambda, url }
}
