import { sha256 } from '../../aws/sha256.ts'
import { type Drift, type DriftPlan, driftPlan } from '../../core/sweep/drift-plan.ts'
import type { AddCommand, CliWorld } from '../io/cli-world.ts'
import { moment } from '../io/durations.ts'
import { exit, Unavailable } from '../io/exit-codes.ts'
import { createFile } from '../io/files.ts'
import { json, jsonText, line, note } from '../io/output.ts'
import { type Column, table } from '../io/text-table.ts'
import { addDriftAccept } from './drift-accept.ts'
import { addDriftApply } from './drift-apply.ts'
import { readHolds } from './drift-holds.ts'
import { shortMember } from './letter-rows.ts'
import { readMembers, scopeToRead } from './review-reading.ts'
import { examples, type GlobalOptions, guardsOption, stageOf } from './stage-options.ts'
import { addTargetOptions, tokenNames } from './target-options.ts'
import { scopeGiven } from './who.ts'

/** `drift …`: members whose target shows another state than the one applied. */
export const addDrift: AddCommand = (program, world, exitWith) => {
  const drift = program
    .command('drift')
    .description(
      'Plans what is to be written again at a target, has it written, or makes the event that accepts what is there.',
    )
    .addHelpText(
      'after',
      examples(
        'drift plan --scope wacht/7301954381230018561 --out drift.json',
        'drift apply drift.json --why "HR-4711"',
      ),
    )
  addTargetOptions(drift.command('plan'))
    .description(
      'Reads the members of a scope from its target, and shows those that drift: what the target shows, what is applied, and since which ' +
        `event, and which guards may hold it (tokens: env ${tokenNames}). Changes nothing. Exit code 1 if the list is not read to its end.`,
    )
    .requiredOption('--scope <name>', 'the scope: wacht/<organizationId> or project/<projectId>')
    .option(...guardsOption)
    .option('--out <file>', 'writes the plan to a file, for `drift apply`')
    .addHelpText(
      'after',
      examples(
        'drift plan --scope wacht/7301954381230018561 --out drift.json',
        'drift apply drift.json --why "HR-4711"',
      ),
    )
    .action(async (_, command) => exitWith(await plan(command.optsWithGlobals(), world)))
  addDriftApply(drift, world, exitWith)
  addDriftAccept(drift, world, exitWith)
}

type PlanOptions = GlobalOptions &
  Readonly<Record<string, unknown>> & {
    readonly scope: string
    readonly out?: string
    readonly guards?: string
  }

/** So many lines say whom guards may hold. */
const mostHolds = 50

async function plan(options: PlanOptions, world: CliWorld): Promise<number> {
  const scope = scopeGiven(options.scope)
  const holdsOf = await readHolds(options, world)
  const holds: string[] = []
  const drifts: Drift[] = []
  const why = await readMembers(
    scopeToRead(scope, options, world),
    world,
    async ({ member, finding, shown, entry, at }) => {
      if (finding !== 'drift' || !shown || !entry?.applied) return
      const { desired: applied, version, at: provenAt } = entry.applied
      holds.push(...holdsOf({ member, shown }, entry.applied))
      drifts.push({ member, shown, applied, version, provenAt: moment(provenAt), readAt: moment(at) })
    },
  ).catch(error => {
    if (error instanceof Unavailable) return error.message
    throw error
  })
  if (why !== undefined) {
    await note(world, `The plan of ${scope} is refused: ${why}`)
    return exit.refused
  }
  const made = driftPlan(
    { plannedAt: moment(world.now()), stage: stageOf(options, world.env), scope, drifts },
    sha256,
  )
  if (options.out !== undefined) {
    const file = await createFile(options.out)
    await file.write(`${jsonText(made, 2)}\n`)
    await file.close()
  }
  if (options.json) await json(world, made)
  else await print(made, options.out, world)
  for (const words of holds.slice(0, mostHolds)) await note(world, words)
  if (holds.length > mostHolds) await note(world, `${holds.length - mostHolds} more may be held`)
  return exit.ok
}

async function print(
  { scope, drifts, hash }: DriftPlan,
  out: string | undefined,
  world: CliWorld,
): Promise<void> {
  await table(world, columns, drifts)
  const members = drifts.length === 1 ? '1 member drifts' : `${drifts.length} members drift`
  await line(world, `${members} in ${scope}; plan ${hash.slice(0, 12)}`)
  if (out !== undefined) await line(world, `plan written to ${out}; next: role-sync drift apply`)
}

const columns: readonly Column<Drift>[] = [
  { head: 'member', of: ({ member }) => member, short: ({ member }) => shortMember(member) },
  { head: 'at target', of: ({ shown }) => JSON.stringify(shown) },
  { head: 'applied', of: ({ applied }) => JSON.stringify(applied) },
  { head: 'event', of: ({ version }) => version.id },
  { head: 'proven', of: ({ provenAt }) => provenAt },
]
