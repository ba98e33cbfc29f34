import { type MadePlan, makePlan } from '../../replay/plan.ts'
import type { LetterRecord } from '../../replay/world.ts'
import { lettersOf } from '../dead/describe.ts'
import { addFilterOptions, type FilterOptions, filterOf } from '../dead/filter.ts'
import { withProgress } from '../dead/look.ts'
import { exit } from '../exit.ts'
import { createFile } from '../files.ts'
import { createAskHolds } from '../holds.ts'
import { line, note, pieces } from '../output.ts'
import { addReadOption } from '../read-option.ts'
import type { AddCommand } from '../run.ts'
import type { GlobalOptions } from '../settings.ts'
import { addTargetOptions, connectTargets } from '../targets.ts'
import type { World } from '../world.ts'
import { evidence } from './apply-report.ts'
import { openReplay } from './open.ts'
import { fileText, print, recordText } from './plan-report.ts'
import { prepareRequests, type Requests } from './requests.ts'

interface Options extends GlobalOptions, FilterOptions, Readonly<Record<string, unknown>> {
  readonly out?: string
  readonly read?: boolean
}

/** `replay plan`: what a replay of letters would do. */
export const addPlan: AddCommand = (replay, world, exitWith) => {
  addReadOption(addTargetOptions(addFilterOptions(replay.command('plan'))))
    .description(
      'Says for each letter what a replay would do, with the exact request: apply, superseded, duplicate, invalid or ' +
        'undecided. Changes nothing. Exit code 1 when a letter failed, and is not in the plan.',
    )
    .option('--out <file>', 'keeps the plan for `replay apply`')
    .addHelpText(
      'after',
      '\nExamples:\n  $ role-sync replay plan --reason not_found --out plan.json\n' +
        '  $ role-sync replay apply plan.json',
    )
    .action(async (_, command) => exitWith(await plan(command.optsWithGlobals(), world)))
}

async function plan(options: Options, world: World): Promise<number> {
  const filter = filterOf(options, world.now())
  const targets = connectTargets(options, world.env)
  const opened = await openReplay(options, world, told(world))

  const requests = prepareRequests(targets, options.read ? createAskHolds(world.env) : undefined)
  const letters = withProgress(opened.letters, opened.queue, world)
  const made = await makePlan(
    { ...opened, letters },
    {
      filter,
      signal: world.stop,
      ...(options.limit !== undefined && { limit: options.limit }),
      onLetter: requests.prepare,
      beside: requests.of,
    },
  )

  if (options.out !== undefined) await keep(options.out, made, requests)
  if (options.json) await pieces(world, recordText(made, requests))
  else await print(world, made, requests)
  if (!options.json && options.out !== undefined)
    await line(world, `kept in ${options.out}: role-sync replay apply ${options.out}`)
  if (made.failed === 0) return exit.ok
  await note(world, `${lettersOf(made.failed)} failed, and no plan has them: plan again`)
  return exit.refused
}

/** A plan changes nothing: only letters that fail are told of. */
const told = (world: World) => (record: LetterRecord) => {
  const text = evidence(record)
  if (text !== undefined) void note(world, text)
}

async function keep(name: string, made: MadePlan, requests: Requests): Promise<void> {
  const file = await createFile(name)
  try {
    for (const text of fileText(made, requests)) await file.write(text)
  } finally {
    await file.close()
  }
}
