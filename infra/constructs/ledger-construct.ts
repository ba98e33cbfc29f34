import { RemovalPolicy } from 'aws-cdk-lib'
import { AttributeType, Billing, TableV2 } from 'aws-cdk-lib/aws-dynamodb'
import type { Construct } from 'constructs'
import { expiryAttribute } from '../../functions/core/resource-names.ts'

/**
 * Adds the ledger: one entry per member. No entry expires, and the table is not lost (recovery to any second, deletion protection,
 * retention): without its entry a member could get an old role. What is remembered of people and of messages that name them lies
 * beside the entries and expires, by an attribute that no entry bears.
 */
export function addLedger(scope: Construct, tableName: string): TableV2 {
  return new TableV2(scope, 'Ledger', {
    tableName,
    partitionKey: { name: 'member', type: AttributeType.STRING },
    billing: Billing.onDemand(),
    timeToLiveAttribute: expiryAttribute,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection: true,
    removalPolicy: RemovalPolicy.RETAIN,
  })
}
