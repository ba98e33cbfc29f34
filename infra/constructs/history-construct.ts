import { RemovalPolicy } from 'aws-cdk-lib'
import { AttributeType, Billing, ProjectionType, TableV2 } from 'aws-cdk-lib/aws-dynamodb'
import type { Construct } from 'constructs'
import { expiryAttribute, historyIndices } from '../../functions/core/resource-names.ts'

const { byEvent, byScope } = historyIndices
const text = (name: string) => ({ name, type: AttributeType.STRING })

/**
 * Adds the history: one item for each message that ended (functions/README.md#the-record). It is protected like the ledger. The indices
 * leave out `expires`, so that an item which begins to expire costs no write to them.
 */
export function addHistory(scope: Construct, tableName: string): TableV2 {
  return new TableV2(scope, 'History', {
    tableName,
    partitionKey: text('member'),
    sortKey: text('version'),
    globalSecondaryIndexes: [
      {
        indexName: byEvent.name,
        partitionKey: text(byEvent.key),
        projectionType: ProjectionType.INCLUDE,
        nonKeyAttributes: [...byEvent.fields],
      },
      {
        indexName: byScope.name,
        partitionKey: text(byScope.key),
        sortKey: text(byScope.sortKey),
        projectionType: ProjectionType.INCLUDE,
        nonKeyAttributes: [...byScope.fields],
      },
    ],
    billing: Billing.onDemand(),
    timeToLiveAttribute: expiryAttribute,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection: true,
    removalPolicy: RemovalPolicy.RETAIN,
  })
}
