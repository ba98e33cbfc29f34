import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb'
import type { Approval } from '../core/guard/approval.ts'
import type { Approvals } from '../core/ports.ts'
import type { DynamoDbBatches } from './dynamodb-items.ts'
import { conflictOf } from './ledger-table.ts'

/** The table of approvals with its write, for the approve function alone. */
export interface ApprovalsTable extends Approvals {
  /**
   * Stores an approval, unless this approver has approved the same change on the same day (UTC). None is ever replaced. Rejects if the
   * table refuses or does not answer.
   */
  readonly put: (approval: Approval) => Promise<'stored' | 'already'>
}

/** What follows the approver in the sort key: the day of the approval. */
const dayLength = '/2026-12-31'.length

/** The approvals in a DynamoDB table with the keys `approval` and `approver`, which has the day too. */
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
        found.push(
          ...Items.map(item => unmarshall(item) as Approval).map(each => ({
            ...each,
            approver: each.approver.slice(0, -dayLength),
          })),
        )
        from = LastEvaluatedKey
      } while (from)
      return found
    },
    put: async approval => {
      try {
        await items.put({
          TableName,
          Item: marshall({ ...approval, approver: `${approval.approver}/${approval.at.slice(0, 10)}` }),
          ConditionExpression: 'attribute_not_exists(approval)',
        })
        return 'stored'
      } catch (error) {
        if (!conflictOf(error)) throw error
        return 'already'
      }
    },
  }
}
