import { RemovalPolicy } from 'aws-cdk-lib'
import { AttributeType, Billing, TableV2 } from 'aws-cdk-lib/aws-dynamodb'
import type { Construct } from 'constructs'
import { expiryAttribute } from '../../functions/core/resource-names.ts'

/**
 * Adds the ledger: one entry for each member. Entries never expire, and the table is protected (point-in-time recovery, deletion
 * protection, retention): without its entry a member could get an old role. The memory of people is in the same table, and expires
 * by a TTL attribute that entries do not have.
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
