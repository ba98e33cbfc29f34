import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import type { DynamoDbItems } from '../../aws/dynamodb-items.ts'
import { createLedger } from '../../aws/ledger-table.ts'
import { createPersonMemory } from '../../aws/person-memory.ts'
import type { LedgerStore, PersonMemory } from '../../core/ports.ts'
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

/** The ledger's table: the entries of members, and the records of messages that name people. */
export type LedgerReader = Pick<LedgerStore, 'read'> & Pick<PersonMemory, 'message'>

/** Opens the ledger of a stage, only to read. Reads reject with a Failure. */
export function openLedger(world: CliWorld, stage: string, table: string): LedgerReader {
  const items = itemsOf(world.dynamodb())
  const ledger = createLedger(table, items)
  const noSecret = () => Promise.reject(new Error('the records of messages need no secret'))
  const people = createPersonMemory(table, noSecret, 0, world.now, items)
  return {
    read: member => ledger.read(member).catch(failed(world, stage, table)),
    message: id => people.message(id).catch(failed(world, stage, table)),
  }
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
