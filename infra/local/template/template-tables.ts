import {
  type AttributeDefinition,
  CreateTableCommand,
  type DynamoDBClient,
  type GlobalSecondaryIndex,
  type KeySchemaElement,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb'
import type { Scope } from './intrinsic-functions.ts'
import { resourcesOf, type Template } from './template-resources.ts'

/** Creates the tables of a template with their keys and indices, and keeps those of an earlier run. Other properties matter only in AWS. */
export async function createTables(client: DynamoDBClient, template: Template, scope: Scope): Promise<void> {
  const tables = resourcesOf(template, 'AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable')
  for (const { id, properties } of tables) {
    const TableName = scope.ref(id)
    const create = new CreateTableCommand({
      TableName,
      KeySchema: properties.KeySchema as KeySchemaElement[],
      AttributeDefinitions: properties.AttributeDefinitions as AttributeDefinition[],
      BillingMode: 'PAY_PER_REQUEST',
      GlobalSecondaryIndexes: properties.GlobalSecondaryIndexes as GlobalSecondaryIndex[] | undefined,
    })
    try {
      await client.send(create)
    } catch (error) {
      if ((error as Error).name !== 'ResourceInUseException') throw error
    }
    await waitUntilTableExists({ client, maxWaitTime: 60, minDelay: 0.01, maxDelay: 0.1 }, { TableName })
  }
}
