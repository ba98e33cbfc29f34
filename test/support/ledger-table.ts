import { setImmediate } from 'node:timers/promises'
import { CreateTableCommand, DescribeTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { createLedger } from '../../functions/aws/ledger-table.ts'
import { itemsOf } from '../../functions/cli/io/ledger-reader.ts'
import { ledgerIndex } from '../../functions/core/resource-names.ts'
import { startDynamoDb } from '../../infra/local/engines/embedded-engines.ts'
import { dynamoDbAt } from './aws.ts'
import { entryOf } from './entries.ts'

/** The ledger's table on an engine of its own, with the entry of one member in it, at its first revision. */
export interface LedgerTable {
  readonly name: string
  readonly url: string
  readonly client: DynamoDBClient
  readonly member: string
  readonly stop: () => Promise<void>
}

/** Starts it; resolves when it takes entries. */
export async function startLedgerTable(): Promise<LedgerTable> {
  const [TableName, member] = ['ledger', 'wacht/1/first']
  const engine = await startDynamoDb({ port: 0 })
  const client = dynamoDbAt(engine.url)
  await client.send(
    new CreateTableCommand({
      TableName,
      KeySchema: [{ AttributeName: 'member', KeyType: 'HASH' }],
      AttributeDefinitions: ['member', ledgerIndex.key].map(AttributeName => ({
        AttributeName,
        AttributeType: 'S' as const,
      })),
      GlobalSecondaryIndexes: [
        {
          IndexName: ledgerIndex.name,
          KeySchema: [
            { AttributeName: ledgerIndex.key, KeyType: 'HASH' },
            { AttributeName: ledgerIndex.sortKey, KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  )
  const status = async () => (await client.send(new DescribeTableCommand({ TableName }))).Table?.TableStatus
  while ((await status()) !== 'ACTIVE') await setImmediate()
  const ledger = createLedger(TableName, itemsOf(client))
  // dynalite answers ACTIVE a moment before it takes the first put
  const write = () => ledger.write(entryOf({ member, rev: 1 })).catch(() => 'not yet')
  while ((await write()) === 'not yet') await setImmediate()
  return {
    ...{ name: TableName, url: engine.url, client, member },
    stop: async () => {
      client.destroy()
      await engine.stop()
    },
  }
}
