import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb'
import { type Approval, approvalMs } from '../core/guard/approval.ts'
import type { Approvals } from '../core/ports.ts'
import type { DynamoDbBatches } from './dynamodb-items.ts'
import { conflictOf } from './ledger-table.ts'

/** The table of approvals with its write, for the approve function alone. */
export interface ApprovalsTable extends Approvals {
  /**
   * Stores an approval, unless this approver has approved the same change within 24 hours before `now`, in milliseconds since 1970. Rejects
   * if the table refuses or does not answer.
   */
  readonly put: (approval: Approval, now: number) => Promise<'stored' | 'already'>
}

/** The approvals in a DynamoDB table with the keys `approval` and `approver`. */
export function createApprovals(
  TableName: string,
  items: Pick<DynamoDbBatches, 'query' | 'put'>,
): ApprovalsTable {
  return {
    read: async approval => {
      const found: Approval[] = []
      let from: Record<string, AttributeValue> | undefined
      do {
        const { Items = [], LastEvaluatedKey } = await items.query({
          ...{ TableName, ConsistentRead: true, KeyConditionExpression: 'approval = :approval' },
          ExpressionAttributeValues: { ':approval': { S: approval } },
          ...(from && { ExclusiveStartKey: from }),
        })
        found.push(...Items.map(item => unmarshall(item) as Approval))
        from = LastEvaluatedKey
      } while (from)
      return found
    },
    put: async (approval, now) => {
      try {
        await items.put({
          ...{ TableName, Item: marshall(approval) },
          ConditionExpression: 'attribute_not_exists(approval) OR #at <= :before',
          ExpressionAttributeNames: { '#at': 'at' },
          ExpressionAttributeValues: { ':before': { S: new Date(now - approvalMs).toISOString() } },
        })
        return 'stored'
      } catch (error) {
        if (!conflictOf(error)) throw error
        return 'already'
      }
    },
  }
}
