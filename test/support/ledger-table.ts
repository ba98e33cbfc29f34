import { setImmediate } from 'node:timers/promises'
import { CreateTableCommand, DeleteItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb'
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
  await createLedgerTable(client, TableName)
  const ledger = createLedger(TableName, itemsOf(client))
  await ledger.write(entryOf({ member, rev: 1 }))
  return {
    ...{ name: TableName, url: engine.url, client, member },
    stop: async () => {
      client.destroy()
      await engine.stop()
    },
  }
}

/** Creates a ledger's table with its index; resolves when it takes entries. */
export async function createLedgerTable(client: DynamoDBClient, TableName: string): Promise<void> {
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
  // dynalite answers ACTIVE a moment before it takes the first write
  const nothing = { TableName, Key: { member: { S: 'nobody' } } }
  const isReady = () =>
    client.send(new DeleteItemCommand(nothing)).then(
      () => true,
      () => false,
    )
  while (!(await isReady())) await setImmediate()
}
