import { QueryCommand } from '@aws-sdk/client-dynamodb'
import { createDueItems, type DueItems } from '../../aws/due-items.ts'
import { explainRead, isMissing } from './aws-errors.ts'
import type { CliWorld } from './cli-world.ts'
import { Unavailable } from './exit-codes.ts'

/** Opens the due items of a stage, only to read. Reads reject with a Failure. */
export function openDue({ dynamodb, env, stop }: CliWorld, stage: string, table: string): DueItems {
  const client = dynamodb()
  return createDueItems(table, {
    query: input =>
      client.send(new QueryCommand(input), { abortSignal: stop }).catch(error => {
        stop.throwIfAborted()
        if (isMissing(error))
          throw new Unavailable(`stage ${stage} has no table ${table} of due changes; deploy this version`)
        throw explainRead(error, env, 'dynamodb:Query')
      }),
  })
}
