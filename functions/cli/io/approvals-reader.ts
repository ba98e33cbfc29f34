import { QueryCommand, type QueryCommandInput } from '@aws-sdk/client-dynamodb'
import { createApprovals } from '../../aws/approvals-table.ts'
import type { Approval } from '../../core/guard/approval.ts'
import { explainRead, isMissing } from './aws-errors.ts'
import type { CliWorld } from './cli-world.ts'
import { Failure } from './exit-codes.ts'
import { itemsOf } from './ledger-reader.ts'

/** Opens the approvals of a stage, only to read: those of a change, by its key. Reads reject with a Failure. */
export function openApprovals(
  { dynamodb, env }: CliWorld,
  stage: string,
  table: string,
): (key: string) => Promise<readonly Approval[]> {
  const client = dynamodb()
  const query = (input: QueryCommandInput) => client.send(new QueryCommand(input))
  const { read } = createApprovals(table, { ...itemsOf(client), query })
  return key =>
    read(key).catch(error => {
      if (isMissing(error))
        throw new Failure(`no guard is declared on stage ${stage}: there is no table ${table}`)
      throw explainRead(error, env, 'dynamodb:Query')
    })
}
