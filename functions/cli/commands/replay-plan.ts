import { shellWord } from '../../core/printable.ts'
import { type MadePlan, makePlan } from '../../replay/make-plan.ts'
import type { LetterRecord } from '../../replay/replay-world.ts'
import type { AddCommand, CliWorld } from '../io/cli-world.ts'
import { heldAgainstDeployed } from '../io/deployed-catalogue.ts'
import { exit } from '../io/exit-codes.ts'
import { createFile } from '../io/files.ts'
import { line, note, pieces } from '../io/output.ts'
import { addFilterOptions, type FilterOptions, filterOf } from './filter-options.ts'
import { lettersOf } from './letter-rows.ts'
import { withProgress } from './look-at-letters.ts'
import { openReplay } from './open-replay.ts'
import { planSettings } from './plan-settings.ts'
import { prepareRequests, type Requests } from './planned-requests.ts'
import { evidence } from './replay-apply-report.ts'
import { fileText, print, recordText } from './replay-plan-report.ts'
import { examples, type GlobalOptions } from './stage-options.ts'
import { addTargetOptions, connectTargets } from './target-options.ts'
import { addReadOption, createTargetStateReader } from './target-state.ts'

interface PlanCommandOptions extends GlobalOptions, FilterOptions, Readonly<Record<string, unknown>> {
  readonly out?: string
  readonly read?: boolean
}

/** `replay plan`: plans a replay of letters. */
export const addPlan: AddCommand = (replay, world, exitWith) => {
  addReadOption(addTargetOptions(addFilterOptions(replay.command('plan'))))
    .description(
      'Shows what a replay would do for each letter (apply, superseded, duplicate, invalid, undecided or held), and the exact ' +
        'request. A letter whose role is not deployed yet is invalid. Changes nothing. Exit code 1 if a letter failed; it is then not in the plan.',
    )
    .option('--out <file>', 'writes the plan to a file, for `replay apply`')
    .addHelpText(
      'after',
      examples('replay plan --reason not_found --out plan.json', 'replay apply plan.json'),
    )
    .action(async (_, command) => exitWith(await plan(command.optsWithGlobals(), world)))
}

async function plan(options: PlanCommandOptions, world: CliWorld): Promise<number> {
  const filter = filterOf(options, world.now())
  const targets = connectTargets(options, world.env)
  const opened = await openReplay(options, world, logFailures(world))

  const parse = await heldAgainstDeployed(opened.parse, world, opened.replayFunction)
  const requests = prepareRequests(targets, options.read ? createTargetStateReader(world.env) : undefined)
  const letters = withProgress(opened.letters, opened.queue, world)
  const made = await makePlan(
    { ...opened, letters, parse },
    {
      filter,
      madeWith: await planSettings(options, world),
      signal: world.stop,
      ...(options.limit !== undefined && { limit: options.limit }),
      onLetter: requests.prepare,
      beside: requests.of,
    },
  )

  if (options.out !== undefined) await writePlan(options.out, made, requests)
  if (options.json) await pieces(world, recordText(made, requests))
  else await print(world, made, requests)
  if (!options.json && options.out !== undefined)
    await line(
      world,
      `plan written to ${options.out}; next: role-sync ${nextOf(made)} ${shellWord(options.out)}`,
    )
  if (made.failed === 0) return exit.ok
  await note(world, `${lettersOf(made.failed)} failed, not in the plan. Plan again.`)
  return exit.refused
}

/** The command for a plan: only `hold approve` does something with one of held letters alone. */
const nextOf = ({ counts, letters }: MadePlan): string =>
  letters.length > 0 && counts.held === letters.length ? "hold approve --why 'WHY'" : 'replay apply'

const logFailures = (world: CliWorld) => (record: LetterRecord) => {
  const text = evidence(record)
  if (text !== undefined) void note(world, text)
}

async function writePlan(name: string, made: MadePlan, requests: Requests): Promise<void> {
  const file = await createFile(name)
  try {
    for (const text of fileText(made, requests)) await file.write(text)
  } finally {
    await file.close()
  }
}
