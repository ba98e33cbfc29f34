import { createEventParser } from '../../core/event/event-parser.ts'
import { type Catalogue, isUnknownRole, resolveRole } from '../../core/event/role-catalogue.ts'
import type { OwnersOf } from '../../core/guard/last-owner.ts'
import { scopeName } from '../../core/people/person-event.ts'
import { kinds } from '../../targets/index.ts'
import type { Target } from '../../targets/target.ts'
import type { AddCommand, CliWorld } from '../io/cli-world.ts'
import { heldAgainstDeployed } from '../io/deployed-catalogue.ts'
import { type EventLine, eventsArgument, isRefused, readEvents } from '../io/event-lines.ts'
import { exit } from '../io/exit-codes.ts'
import { openInput } from '../io/files.ts'
import { json, line, note } from '../io/output.ts'
import { type CheckedEvent, recordOf, rowsOf, whenOf } from './check-report.ts'
import { dryRun } from './dry-run.ts'
import { countRefusals } from './refusals.ts'
import {
  boundOwners,
  examples,
  type GlobalOptions,
  guardsOption,
  readCatalogue,
  readGuards,
  stageNames,
} from './stage-options.ts'
import { addTargetOptions, connectTargets } from './target-options.ts'

/** `check FILE|-`: shows the request for each event, or why it would be refused. */
export const addCheck: AddCommand = (program, world, exitWith) => {
  const command = program
    .command('check')
    .description(
      'Shows the exact request for each event, or why it would be refused, what its dates do, and where last_owner counts. With --stage it also ' +
        'asks this stage which roles are deployed; else it contacts nothing. Exit code 1 if any event would be refused.',
    )
    .argument('<file>', eventsArgument)
    .option(...guardsOption)
  addTargetOptions(command)
    .addHelpText(
      'after',
      examples(
        'check events.ndjson --project-url https://rules.example.com',
        'check - --json < events.ndjson',
      ),
    )
    .action(async (file, _, self) => exitWith(await check(file, self.optsWithGlobals(), world)))
}

type CheckOptions = GlobalOptions & { readonly guards?: string } & Readonly<Record<string, unknown>>

async function check(file: string, options: CheckOptions, world: CliWorld): Promise<number> {
  const targets = connectTargets(options, world.env)
  const catalogue = await readCatalogue(options, world)
  const ownersOf = await readOwners(options, catalogue)
  const own = createEventParser(kinds, catalogue)
  const parse =
    options.stage === undefined
      ? own
      : await heldAgainstDeployed(own, world, stageNames(options.stage).replayFunction)
  const input = await openInput(file, world)

  const refusals = countRefusals()
  let events = 0
  for await (const read of readEvents(input, parse, world.now)) {
    world.stop.throwIfAborted()
    events += 1
    const isRepeat = isRefused(read) && !refusals.add(read)
    const checked = isRefused(read) ? read : await planned(read, targets, catalogue, ownersOf, world.now())
    if (options.json) await json(world, recordOf(checked))
    else if (!isRepeat) for (const row of rowsOf(checked)) await line(world, row)
  }
  if (!options.json) for (const repeat of refusals.repeats()) await line(world, repeat)
  await note(world, `${events} checked, ${refusals.count()} would be refused`)
  return refusals.count() > 0 ? exit.refused : exit.ok
}

/** The rules of `last_owner` that a change may break, in either mode, by the given file of guards, else the bundled one. */
async function readOwners(options: CheckOptions, catalogue: Catalogue): Promise<OwnersOf> {
  const { of, tried } = boundOwners(await readGuards(options), catalogue)
  return change => [...of(change), ...tried(change)]
}

async function planned(
  event: EventLine,
  targets: ReadonlyMap<string, Target>,
  catalogue: Catalogue,
  ownersOf: OwnersOf,
  now: number,
): Promise<CheckedEvent> {
  const when = whenOf(event.parsed, now)
  const { change, lookup } = event.parsed
  if (lookup) {
    const { role, scopes } = lookup
    const owners = scopes.flatMap(each => {
      const desired = resolveRole(catalogue, role, each.target, each.scope)
      return isUnknownRole(desired) ? [] : ownersOf({ member: scopeName(each), desired })
    })
    return { ...event, scopes: scopes.map(scopeName), owners, when }
  }
  const target = targets.get(change.target) as Target
  return { ...event, ...(await dryRun(target, change)), owners: ownersOf(change), when }
}
