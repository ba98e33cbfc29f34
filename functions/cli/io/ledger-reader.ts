import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { itemsOf } from '../../aws/dynamodb-sdk.ts'
import { createLedger } from '../../aws/ledger-table.ts'
import type { LedgerStore } from '../../core/ports.ts'
import { clientOptionsOf, explain } from './aws-errors.ts'
import type { CliWorld, Environment } from './cli-world.ts'
import { Failure } from './exit-codes.ts'

/** A client of DynamoDB at the endpoint that the environment, a profile or a region names. */
export const createDynamoDbClient = (env: Environment): DynamoDBClient =>
  new DynamoDBClient(clientOptionsOf(env))

/** Reads of a stage's ledger; the command line never writes to it. They reject with a Failure that says why in one line. */
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
      `no table ${table}: is ${stage} the right stage (--stage), in this account and region, and deployed?`,
    )
  }
