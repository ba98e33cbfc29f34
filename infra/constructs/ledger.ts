import { RemovalPolicy } from 'aws-cdk-lib'
import { AttributeType, Billing, TableV2 } from 'aws-cdk-lib/aws-dynamodb'
import type { Construct } from 'constructs'

/**
 * The ledger: one entry per member (DESIGN 7). There is no time to live: an entry that expired would let an old event
 * have the last word. Losing the table would too, hence recovery to any second, deletion protection and retention.
 */
export function addLedger(scope: Construct, tableName: string): TableV2 {
  return new TableV2(scope, 'Ledger', {
    tableName,
    partitionKey: { name: 'member', type: AttributeType.STRING },
    billing: Billing.onDemand(),
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection: true,
    removalPolicy: RemovalPolicy.RETAIN,
  })
}
