import { CfnOutput } from 'aws-cdk-lib'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import { secretName } from '../../functions/core/resource-names.ts'
import { sourcesPath } from '../../functions/intake/source-kinds.ts'
import type { RoleSync } from '../role-sync.ts'
import type { ApprovalParts } from './approve-function.ts'
import type { Intake } from './intake-construct.ts'
import { logicalName } from './logical-name.ts'
import type { SweepParts } from './sweep-function.ts'

/** Adds the names, URLs and ARNs that producers and operators need. */
export function addOutputs(scope: Construct, roleSync: RoleSync): void {
  const { ledger, history, outcomesTopic, syncFunction, replayFunction, intake, approvals, sweep, due } =
    roleSync
  const outputs: Record<string, string> = {
    ...queueOutputs('ChangesQueue', roleSync.changesQueue),
    ...queueOutputs('DeadLetterQueue', roleSync.deadLetterQueue),
    LedgerTableName: ledger.tableName,
    LedgerTableArn: ledger.tableArn,
    ...(history && { HistoryTableName: history.tableName, HistoryTableArn: history.tableArn }),
    ...(outcomesTopic && { OutcomesTopicArn: outcomesTopic.topicArn }),
    SyncFunctionName: syncFunction.functionName,
    SyncFunctionArn: syncFunction.functionArn,
    ReplayFunctionName: replayFunction.functionName,
    ReplayFunctionArn: replayFunction.functionArn,
    ...secretOutputs(roleSync),
    ...(intake && intakeOutputs(intake)),
    ...(approvals && approveOutputs(approvals)),
    ...(sweep && sweepOutputs(sweep)),
    ...{ DueTableName: due.table.tableName, DueFunctionName: due.lambda.functionName },
  }
  for (const [name, value] of Object.entries(outputs)) new CfnOutput(scope, name, { value })
}

/** The outputs of the intake. A source's address is its name below `IntakeUrl`. */
const intakeOutputs = ({ api, lambda, secrets }: Intake) => ({
  IntakeUrl: `${api.apiEndpoint}${sourcesPath}`,
  IntakeFunctionName: lambda.functionName,
  IntakeFunctionArn: lambda.functionArn,
  IntakeSecretNames: secrets.join(','),
})

const approveOutputs = ({ table, lambda, url }: ApprovalParts) => ({
  ApprovalsTableName: table.tableName,
  ApproveFunctionName: lambda.functionName,
  ApproveUrl: url.url,
})

const sweepOutputs = ({ table, lambda }: SweepParts) => ({
  SweepTableName: table.tableName,
  SweepFunctionName: lambda.functionName,
})

const queueOutputs = (name: string, queue: IQueue) => ({
  [`${name}Name`]: queue.queueName,
  [`${name}Url`]: queue.queueUrl,
  [`${name}Arn`]: queue.queueArn,
})

const secretOutputs = ({ stage, targetSecrets }: RoleSync): Record<string, string> =>
  Object.fromEntries(
    [...targetSecrets].flatMap(([target, { secretArn }]) => [
      [`${logicalName(target)}SecretName`, secretName(stage, target)],
      [`${logicalName(target)}SecretArn`, secretArn],
    ]),
  )
