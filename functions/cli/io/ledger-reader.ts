import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import type { DynamoDbItems } from '../../aws/dynamodb-items.ts'
import { createLedger } from '../../aws/ledger-table.ts'
import type { LedgerStore } from '../../core/ports.ts'
import { clientOptionsOf, explain } from './aws-errors.ts'
import type { CliWorld, Environment } from './cli-world.ts'
import { Failure } from './exit-codes.ts'

/** A DynamoDB client at the endpoint from the environment, a profile or a region. */
export const createDynamoDbClient = (env: Environment): DynamoDBClient =>
  new DynamoDBClient(clientOptionsOf(env))

/** DynamoDB by the SDK's client, which takes credentials and region from anywhere. The functions have a client of their own. */
export const itemsOf = (client: Pick<DynamoDBClient, 'send'>): DynamoDbItems => ({
  get: input => client.send(new GetItemCommand(input)),
  put: input => client.send(new PutItemCommand(input)),
})

/** Opens the ledger of a stage, only to read. Reads reject with a Failure. */
export function openLedger(world: CliWorld, stage: string, table: string): Pick<LedgerStore, 'read'> {
  const ledger = createLedger(table, itemsOf(world.dynamodb()))
  return { read: member => ledger.read(member).catch(failed(world, stage, table)) }
}

const failed =
  ({ env }: CliWorld, stage: string, table: string) =>
  (error: unknown): never => {
    if ((error as Error | undefined)?.name !== 'ResourceNotFoundException')
      throw explain(error, env, 'DynamoDB')
    throw new Failure(
      `table ${table} does not exist: check --stage (${stage}), the account, the region, and that the stage is deployed`,
    )
  }
