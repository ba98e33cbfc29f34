import { ScanCommand, type ScanCommandInput, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { withoutScope } from '../../aws/scope-members.ts'
import { forEachOf } from '../../core/for-each-of.ts'
import { scopeOf } from '../../core/people/person-event.ts'
import { ledgerIndex } from '../../core/resource-names.ts'
import { explainRead, isMissing } from '../io/aws-errors.ts'
import type { AddCommand, CliWorld } from '../io/cli-world.ts'
import { exit, Unavailable } from '../io/exit-codes.ts'
import { json, line } from '../io/output.ts'
import { examples, type GlobalOptions, stageNames, stageOf } from './stage-options.ts'

/** How many entries are written at once. */
const writes = 16

/** `sweep index`: gives the entries of an older version their scope, so that the index has them. */
export const addSweepIndex: AddCommand = (sweep, world, exitWith) => {
  sweep
    .command('index')
    .description(
      'Adds the ledger entries of an older version to the index by scope, once after an upgrade. Until then the sweep does not see ' +
        'that their members are gone. Can be repeated; changes nothing else of an entry.',
    )
    .addHelpText('after', examples('sweep index --stage prod', 'sweep index --json'))
    .action(async (_, command) => exitWith(await index(command.optsWithGlobals(), world)))
}

async function index(options: GlobalOptions, world: CliWorld): Promise<number> {
  const stage = stageOf(options, world.env)
  const TableName = stageNames(stage).ledgerTable
  const client = world.dynamodb()
  let added = 0
  const fail = (error: unknown, permission: string): never => {
    world.stop.throwIfAborted()
    if (isMissing(error)) throw new Unavailable(`table ${TableName} does not exist: check --stage (${stage})`)
    throw explainRead(error, world.env, permission)
  }

  const scan = (input: ScanCommandInput) =>
    client
      .send(new ScanCommand({ ...input, ConsistentRead: true }), { abortSignal: world.stop })
      .catch(error => fail(error, 'dynamodb:Scan'))
  await forEachOf(withoutScope(TableName, { scan }), writes, async member => {
    const update = new UpdateItemCommand({
      ...{ TableName, Key: { member: { S: member } } },
      UpdateExpression: 'SET #scope = :scope',
      // An entry that is removed meanwhile must not come back.
      ConditionExpression: 'attribute_exists(#member)',
      ExpressionAttributeNames: { '#member': 'member', '#scope': ledgerIndex.key },
      ExpressionAttributeValues: { ':scope': { S: scopeOf(member) } },
    })
    await client.send(update).catch(error => fail(error, 'dynamodb:UpdateItem'))
    added += 1
  })
  if (options.json) await json(world, { added })
  else await line(world, `${added} entries added to the index by scope`)
  return exit.ok
}
