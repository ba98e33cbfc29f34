import {
  BatchGetItemCommand,
  type BatchGetItemCommandInput,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type QueryCommandInput,
} from '@aws-sdk/client-dynamodb'
import type { DynamoDbItems } from '../../aws/dynamodb-items.ts'
import { createLedger } from '../../aws/ledger-table.ts'
import { createPersonMemory } from '../../aws/person-memory.ts'
import { createScopeMembers, type ScopeMembers } from '../../aws/scope-members.ts'
import type { LedgerStore, PersonMemory } from '../../core/ports.ts'
import { clientOptionsOf, explain, explainRead, isMissing } from './aws-errors.ts'
import type { CliWorld, Environment } from './cli-world.ts'
import { Failure, Unavailable } from './exit-codes.ts'

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

/** Opens the ledger of a stage, only to read the members of scopes. Reads reject with a Failure. */
export function openScopeMembers(world: CliWorld, stage: string, table: string): ScopeMembers {
  const client = world.dynamodb()
  const signal = { abortSignal: world.stop }
  const failedRead = (permission: string) => (error: unknown) => {
    world.stop.throwIfAborted()
    if (isMissing(error)) return failed(world, stage, table)(error)
    if ((error as Error).name === 'ValidationException')
      throw new Unavailable(
        `stage ${stage} has no index of the ledger by scope, so members that are gone cannot be found; deploy this version`,
      )
    throw explainRead(error, world.env, permission)
  }
  const reads = {
    batchGet: (input: BatchGetItemCommandInput) =>
      client.send(new BatchGetItemCommand(input), signal).catch(failedRead('dynamodb:BatchGetItem')),
    query: (input: QueryCommandInput) =>
      client.send(new QueryCommand(input), signal).catch(failedRead('dynamodb:Query')),
  }
  return createScopeMembers(table, reads, world.wait)
}
