import { scopeOf } from '../core/people/person-event.ts'
import { hintsKey, mostHints } from '../core/sweep/hint.ts'
import { createSignedPost, type ServiceOptions } from './aws-json.ts'
import type { DynamoDbBatches } from './dynamodb-items.ts'

/** The hints that wait for the sweep, in one item of its table. All reject if DynamoDB does not answer. */
export interface Hints {
  /** Adds the names that one hinted member may have. A name that waits already is no second one. Returns whether no hint waited before. */
  readonly add: (members: readonly string[]) => Promise<boolean>
  /** The names that wait: of members, or of scopes. */
  readonly read: () => Promise<readonly string[]>
  readonly forget: (names: readonly string[]) => Promise<void>
}

/** The hints in the sweep's table. Many hints at once leave a bounded item: of more than `mostHints` names only the scopes are kept. */
export function createHints(
  TableName: string,
  { get, update }: Pick<DynamoDbBatches, 'get' | 'update'>,
): Hints {
  const item = { TableName, Key: { member: { S: hintsKey } } }
  const change = (verb: 'ADD' | 'DELETE', names: readonly string[], others = {}, values = {}) =>
    update({
      ...item,
      UpdateExpression: `${verb} #names :names`,
      ExpressionAttributeNames: { '#names': 'names' },
      ExpressionAttributeValues: { ':names': { SS: [...new Set(names)] }, ...values },
      ReturnValues: 'UPDATED_OLD',
      ...others,
    })
  return {
    add: async members => {
      const hasRoom = { ConditionExpression: 'attribute_not_exists(#names) OR size(#names) < :most' }
      try {
        const { Attributes } = await change('ADD', members, hasRoom, { ':most': { N: String(mostHints) } })
        return !Attributes?.names
      } catch (error) {
        if ((error as Error).name !== 'ConditionalCheckFailedException') throw error
        await change('ADD', members.map(scopeOf))
        return false
      }
    },
    read: async () => {
      const { Item } = await get({ ...item, ConsistentRead: true })
      return Item?.names?.SS ?? []
    },
    forget: async names => void (await change('DELETE', names)),
  }
}

/**
 * Calls the sweep now, and does not wait for it. Without such a call it looks at the hints when its schedule calls it. Rejects if Lambda refuses or
 * does not answer.
 */
export function createSweepCall(functionName: string, options?: ServiceOptions): () => Promise<void> {
  const post = createSignedPost(
    {
      ...{ name: 'lambda', endpointVariable: 'AWS_ENDPOINT_URL_LAMBDA' },
      path: `/2015-03-31/functions/${functionName}/invocations`,
    },
    options,
  )
  // `functions/sweep/sweep-request.ts` parses it.
  const event = JSON.stringify({ action: 'continue' })
  return async () => {
    const { status } = await post(
      { 'content-type': 'application/json', 'x-amz-invocation-type': 'Event' },
      event,
    )
    if (status !== 202) throw new Error(`Lambda answers with status ${status}`)
  }
}
