import { setImmediate } from 'node:timers/promises'
import { CreateTableCommand, DescribeTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { sha256 } from '../../functions/aws/sha256.ts'
import { type DueFacts, type DueHalf, type DueItem, dueItemOf } from '../../functions/core/due/due-item.ts'
import { parseInstant } from '../../functions/core/event/instant.ts'
import { dueIndex } from '../../functions/core/resource-names.ts'
import { membership, organization } from './events.ts'

/** Creates a table of due items with its index; resolves when it takes items. */
export async function createDueItemsTable(client: DynamoDBClient, TableName: string): Promise<void> {
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: 'shard', KeyType: 'HASH' },
        { AttributeName: 'due', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: ['shard', 'due', dueIndex.key, dueIndex.sortKey].map(AttributeName => ({
        AttributeName,
        AttributeType: 'S' as const,
      })),
      GlobalSecondaryIndexes: [
        {
          IndexName: dueIndex.name,
          KeySchema: [
            { AttributeName: dueIndex.key, KeyType: 'HASH' },
            { AttributeName: dueIndex.sortKey, KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
    }),
  )
  const isReady = async () => {
    const { Table } = await client.send(new DescribeTableCommand({ TableName }))
    return (
      Table?.TableStatus === 'ACTIVE' &&
      Table.GlobalSecondaryIndexes?.every(({ IndexStatus }) => IndexStatus === 'ACTIVE')
    )
  }
  while (!(await isReady())) await setImmediate()
}

/** A date and the role that counts from then on. */
type At = readonly [instant: string, role: string]

/** An event of the bundled catalogue about a member of its organization: the role that it begins with, and its end. */
export function datedEvent(
  id: string,
  time: string,
  { role, from, ends }: { readonly role: string; readonly from?: string; readonly ends?: At },
  membershipId = membership,
) {
  const end =
    ends &&
    Object.fromEntries([
      ['until', ends[0]],
      ['then', ends[1]],
    ])
  const data = { target: 'wacht', organizationId: organization, membershipId, role, from, ...end }
  return { specversion: '1.0', type: 'role.changed.v1', source: '//hr', id, time, data }
}

/** The due item of one half of such an event. */
export function dueOf(
  event: ReturnType<typeof datedEvent>,
  half: DueHalf,
  more: Partial<DueFacts> = {},
): DueItem {
  const { id, time, source } = event
  const data = event.data as Record<string, string>
  const [role, at] = half === 'begin' ? [data.role, data.from] : [data.then, data.until]
  const facts = {
    ...{ half, role, at: Date.parse(at as string), member: `wacht/${organization}/${data.membershipId}` },
    body: JSON.stringify({ ...event, ...(half === 'end' && { half }) }),
    version: { time: parseInstant(time) as string, sequence: '', source, id },
    ...(role === 'member' && { withdraws: true as const }),
  }
  return dueItemOf({ ...facts, ...more }, sha256)
}
