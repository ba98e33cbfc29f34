import { InvalidArgumentError } from 'commander'
import type { Plan } from '../../core/dead-letter/planned-letters.ts'
import { createEventParser, type ParseEvent } from '../../core/event/event.ts'
import { shellWord } from '../../core/printable.ts'
import { type AppliedPlan, applyPlan, defaultRate } from '../../replay/apply-plan.ts'
import { kinds } from '../../targets/index.ts'
import type { AddCommand, CliWorld, StopReason } from '../io/cli-world.ts'
import { heldAgainstDeployed } from '../io/deployed-catalogue.ts'
import { exit, Failure } from '../io/exit-codes.ts'
import { confirm, json, line, note } from '../io/output.ts'
import { startProgress } from '../io/progress-bar.ts'
import { shortHash } from './letter-rows.ts'
import { openReplay } from './open-replay.ts'
import { optionsOfPlan, readPlan } from './plan-settings.ts'
import { evidence, recordOf, remarksOn, summaryOf, todoOf } from './replay-apply-report.ts'
import { examples, type GlobalOptions, readCatalogue, stageNames, stageOf } from './stage-options.ts'

interface ApplyCommandOptions extends GlobalOptions {
  readonly rate: number
  readonly yes?: boolean
}

/** `replay apply FILE`: applies a plan. */
export const addApply: AddCommand = (replay, world, exitWith) => {
  replay
    .command('apply')
    .description(
      'Applies a plan, on its stage and with its role catalogue: sends its `apply` letters to the changes queue, removes its superseded and duplicate letters, and logs ' +
        'each removal on standard error. Refuses letters that changed after the plan, or whose role is not deployed. Continues after a letter that fails. ' +
        'Stops after twenty failures in a row, or if five or more sent letters are dead again and they are more than half of ' +
        'the ended ones. Exit code 1 if a letter is refused, failed or missing, or if it stops.',
    )
    .argument('<file>', 'the plan, written by `replay plan --out`')
    .option('--rate <n>', 'the maximum of letters sent per second', rate, defaultRate)
    .option('--yes', 'does not ask; required if standard input is not a terminal')
    .addHelpText('after', examples('replay apply plan.json --rate 2', 'replay apply plan.json --yes --json'))
    .action(async (file, _, command) => exitWith(await apply(file, command.optsWithGlobals(), world)))
}

async function apply(file: string, given: ApplyCommandOptions, world: CliWorld): Promise<number> {
  const plan = await readPlan(file)
  const options = { ...given, ...(await optionsOfPlan(plan, given, world)) }
  const todo = todoOf(plan)
  const catalogue = await readCatalogue(options, world)
  const { replayFunction } = stageNames(stageOf(options, world.env))
  const own = createEventParser(kinds, catalogue)
  const parse = await heldAgainstDeployed(own, world, replayFunction, catalogue)
  if (todo.send + todo.remove > 0 && !options.yes) {
    if (!world.stdin.isTTY) throw new Failure('Cannot ask for confirmation: not a terminal. Use --yes.')
    const stage = stageOf(options, world.env)
    const question = `Plan ${shortHash(plan.hash)} of ${plan.plannedAt} for stage ${stage}: send ${todo.send}, remove ${todo.remove}?`
    if (!(await confirm(world, question))) {
      await note(world, 'Nothing was changed.')
      return exit.refused
    }
  }
  const applied = await applyWithProgress(plan, parse, options, world)
  if (options.json) await json(world, recordOf(applied))
  else await line(world, summaryOf(applied))
  for (const remark of remarksOn(applied)) await note(world, remark)
  if (applied.sent > 0 && !options.json) await note(world, `next: role-sync replay verify ${shellWord(file)}`)
  if (applied.why === 'stop_signal') return exit[world.stop.reason as StopReason]
  const { refused, failed, missing, stopped } = applied
  return stopped || refused + failed + missing > 0 ? exit.refused : exit.ok
}

async function applyWithProgress(
  plan: Plan,
  parse: ParseEvent,
  options: ApplyCommandOptions,
  world: CliWorld,
): Promise<AppliedPlan> {
  const { send, remove } = todoOf(plan)
  const progress = startProgress(world, `applying ${shortHash(plan.hash)}`, send + remove, {
    sent: 0,
    removed: 0,
    refused: 0,
    failed: 0,
  })
  const opened = await openReplay(options, world, record => {
    const text = evidence(record)
    if (text !== undefined) void progress.note(text)
  })
  return applyPlan(
    plan,
    { ...opened, parse },
    {
      rate: options.rate,
      signal: world.stop,
      onLetter: ({ sent, removed, refused, failed, dead }) =>
        progress.update(sent + removed + refused + failed, {
          ...{ sent, removed, refused, failed },
          'dead again': dead,
        }),
    },
  ).finally(progress.stop)
}

function rate(text: string): number {
  const number = Number(text)
  if (/^\d{1,4}(\.\d{1,3})?$/.test(text) && number > 0) return number
  throw new InvalidArgumentError('It must be a number of letters per second, 0.001 or more.')
}
