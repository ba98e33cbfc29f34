import { setImmediate } from 'node:timers/promises'
import { CreateTableCommand, DescribeTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { dueIndex } from '../../functions/core/resource-names.ts'

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
