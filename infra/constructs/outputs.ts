import { CfnOutput } from 'aws-cdk-lib'
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import { sourcesPath } from '../../functions/intake/source-kinds.ts'
import type { ConnectedTarget } from './environment.ts'
import type { Intake } from './intake.ts'
import { logicalName } from './logical-name.ts'
import type { Queues } from './queues.ts'

/** What a producer or an operator needs to know of a stage: names, URLs and ARNs. */
export function addOutputs(
  scope: Construct,
  queues: Queues,
  ledger: TableV2,
  sync: IFunction,
  replay: IFunction,
  targets: readonly ConnectedTarget[],
): void {
  const outputs: Record<string, string> = {
    ...queueOutputs('ChangesQueue', queues.changes),
    ...queueOutputs('DeadLetterQueue', queues.deadLetters),
    LedgerTableName: ledger.tableName,
    LedgerTableArn: ledger.tableArn,
    SyncFunctionName: sync.functionName,
    SyncFunctionArn: sync.functionArn,
    ReplayFunctionName: replay.functionName,
    ReplayFunctionArn: replay.functionArn,
    ...Object.assign({}, ...targets.map(secretOutputs)),
  }
  for (const [name, value] of Object.entries(outputs)) new CfnOutput(scope, name, { value })
}

/** Where sources deliver to: the path of each is its name. */
export function addIntakeOutputs(scope: Construct, { api, lambda, secrets }: Intake): void {
  const outputs: Record<string, string> = {
    IntakeUrl: `${api.apiEndpoint}${sourcesPath}`,
    IntakeFunctionName: lambda.functionName,
    IntakeFunctionArn: lambda.functionArn,
    IntakeSecretNames: secrets.join(','),
  }
  for (const [name, value] of Object.entries(outputs)) new CfnOutput(scope, name, { value })
}

const queueOutputs = (name: string, queue: IQueue) => ({
  [`${name}Name`]: queue.queueName,
  [`${name}Url`]: queue.queueUrl,
  [`${name}Arn`]: queue.queueArn,
})

const secretOutputs = ({ name, secretName, secret }: ConnectedTarget) => ({
  [`${logicalName(name)}SecretName`]: secretName,
  [`${logicalName(name)}SecretArn`]: secret.secretArn,
})
