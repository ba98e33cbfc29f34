import { setTimeout } from 'node:timers/promises'
import {
  type AttributeDefinition,
  CreateTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  type KeySchemaElement,
} from '@aws-sdk/client-dynamodb'
import type { Scope } from './intrinsic-functions.ts'
import { resourcesOf, type Template } from './template-resources.ts'

/**
 * Creates the tables that a template describes, keys only, unless they are there from an earlier run. The rest of
 * their properties is for the cloud: recovery, protection, billing.
 */
export async function createTables(client: DynamoDBClient, template: Template, scope: Scope): Promise<void> {
  for (const { id, properties } of resourcesOf(
    template,
    'AWS::DynamoDB::Table',
    'AWS::DynamoDB::GlobalTable',
  )) {
    const name = scope.ref(id)
    const create = new CreateTableCommand({
      TableName: name,
      KeySchema: properties.KeySchema as KeySchemaElement[],
      AttributeDefinitions: properties.AttributeDefinitions as AttributeDefinition[],
      BillingMode: 'PAY_PER_REQUEST',
    })
    try {
      await client.send(create)
    } catch (error) {
      if ((error as Error).name !== 'ResourceInUseException') throw error
    }
    await active(client, name)
  }
}

/** dynalite takes a moment; the SDK's waiter would sleep for seconds. */
async function active(client: DynamoDBClient, table: string): Promise<void> {
  for (;;) {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: table }))
    if (Table?.TableStatus === 'ACTIVE') return
    await setTimeout(5)
  }
}
