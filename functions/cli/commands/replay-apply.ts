import { InvalidArgumentError } from 'commander'
import type { Plan } from '../../core/dead-letter/planned-letters.ts'
import type { ParseEvent } from '../../core/event/event.ts'
import { createEventParser } from '../../core/event/event-parser.ts'
import { shellWord } from '../../core/printable.ts'
import { type AppliedPlan, type ApplyOptions, applyPlan, defaultRate } from '../../replay/apply-plan.ts'
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
  const parse = await parserOf(options, world)
  const what = `send ${todo.send}, remove ${todo.remove}`
  if (todo.send + todo.remove > 0 && !(await isAgreed(plan, what, options, world))) return exit.refused
  return applyAndReport(file, plan, parse, options, world)
}

/** The parser with which a plan is applied: what is not deployed is refused. */
export async function parserOf(options: GlobalOptions, world: CliWorld): Promise<ParseEvent> {
  const catalogue = await readCatalogue(options, world)
  const { replayFunction } = stageNames(stageOf(options, world.env))
  return heldAgainstDeployed(createEventParser(kinds, catalogue), world, replayFunction, catalogue)
}

/** Applies a plan and reports it. Resolves to the exit code. `beside`: further fields for `--json`. */
export async function applyAndReport(
  file: string,
  plan: Plan,
  parse: ParseEvent,
  options: GlobalOptions & Pick<ApplyOptions, 'rate' | 'release'>,
  world: CliWorld,
  beside: object = {},
): Promise<number> {
  const applied = await applyWithProgress(plan, parse, options, world)
  if (options.json) await json(world, { ...beside, ...recordOf(applied) })
  else await line(world, summaryOf(applied))
  for (const remark of remarksOn(applied)) await note(world, remark)
  if (applied.sent > 0 && !options.json) await note(world, `next: role-sync replay verify ${shellWord(file)}`)
  if (applied.why === 'stop_signal') return exit[world.stop.reason as StopReason]
  const { refused, failed, missing, stopped } = applied
  return stopped || refused + failed + missing > 0 ? exit.refused : exit.ok
}

/** Asks whether to do this with a plan, unless `--yes` is given. Rejects with a Failure if nobody can be asked. */
export async function isAgreed(
  { hash, plannedAt }: Pick<Plan, 'hash' | 'plannedAt'>,
  what: string,
  options: GlobalOptions & Pick<ApplyCommandOptions, 'yes'>,
  world: CliWorld,
): Promise<boolean> {
  if (options.yes) return true
  if (!world.stdin.isTTY) throw new Failure('Cannot ask for confirmation: not a terminal. Use --yes.')
  const stage = stageOf(options, world.env)
  const agreed = await confirm(world, `Plan ${shortHash(hash)} of ${plannedAt} for stage ${stage}: ${what}?`)
  if (!agreed) await note(world, 'Nothing was changed.')
  return agreed
}

async function applyWithProgress(
  plan: Plan,
  parse: ParseEvent,
  options: GlobalOptions & Pick<ApplyOptions, 'rate' | 'release'>,
  world: CliWorld,
): Promise<AppliedPlan> {
  const { send, remove } = options.release ? { send: plan.counts.held ?? 0, remove: 0 } : todoOf(plan)
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
      ...(options.rate !== undefined && { rate: options.rate }),
      ...(options.release && { release: true }),
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
