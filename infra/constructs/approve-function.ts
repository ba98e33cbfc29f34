import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb'
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam'
import { FunctionUrl, FunctionUrlAuthType, type IFunction } from 'aws-cdk-lib/aws-lambda'
import type { Construct } from 'constructs'
import { limits } from '../config.ts'
import type { Deployment } from '../context/deployment.ts'
import { functionCode } from './function-code.ts'
import { addFunction, allowing } from './lambda-function.ts'
import { addApprovalsTable } from './table-constructs.ts'

/** The approvals of a stage that has guards. */
export interface ApprovalParts {
  readonly table: TableV2
  /** How many approvers a held change needs. */
  readonly needed: number
  readonly lambda: IFunction
  /** Where approvers send their approvals, signed. */
  readonly url: FunctionUrl
  /** Allows a person's role or user to approve: only through the URL, which it may look up, and where AWS names the caller. */
  grantApprove(approver: IGrantable): Grant
}

/** Adds the table of approvals, and the one function that writes to it, unless no guard is declared. */
export function addApprovals(scope: Construct, deployment: Deployment): ApprovalParts | undefined {
  const { names, approvalsNeeded: needed } = deployment
  if (needed === undefined) return undefined
  const table = addApprovalsTable(scope, names.approvalsTable)
  const lambda = addFunction(scope, deployment, {
    id: 'Approve',
    name: names.approveFunction,
    description: 'Writes who approved a held change',
    code: functionCode('approve', {}),
    timeoutSeconds: limits.approveTimeoutSeconds,
    // `functions/approve/approve-settings.ts` parses these. A test compares the two.
    environment: approvalSettings(table, needed),
    whyNoDeadLetters:
      'Its function URL waits for the answer: an approver whose approval was not written sends it again.',
  })
  allowing(lambda)(['dynamodb:PutItem'], table.tableArn)
  // Lambda verifies the signature and names the caller in the request's context.
  const url = new FunctionUrl(scope, 'ApproveUrl', {
    function: lambda,
    authType: FunctionUrlAuthType.AWS_IAM,
  })
  return {
    ...{ table, needed, lambda, url },
    grantApprove: grantee => {
      const actions = ['lambda:GetFunctionUrlConfig']
      const find = Grant.addToPrincipal({ grantee, actions, resourceArns: [lambda.functionArn] })
      return find.combine(url.grantInvokeUrl(grantee))
    },
  }
}

/** The settings of both functions that know of approvals. */
export const approvalSettings = (table: TableV2, needed: number) => ({
  APPROVALS_TABLE: table.tableName,
  APPROVALS_NEEDED: String(needed),
})
