import { RemovalPolicy } from 'aws-cdk-lib'
import { AttributeType, Billing, TableV2 } from 'aws-cdk-lib/aws-dynamodb'
import type { Construct } from 'constructs'
import { expiryAttribute } from '../../functions/core/resource-names.ts'

/**
 * The ledger: one entry per member, which has no time to live: an entry that expired would let an old event
 * have the last word. Losing the table would too, hence recovery to any second, deletion protection and retention. What
 * expires is where people were found and how messages that name them ended, which lies beside the entries, under an attribute
 * that no entry bears.
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
