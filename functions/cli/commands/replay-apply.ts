import { InvalidArgumentError } from 'commander'
import { sha256 } from '../../aws/sha256.ts'
import { parsePlan } from '../../core/dead-letter/plan-file.ts'
import type { Plan } from '../../core/dead-letter/planned-letters.ts'
import { type AppliedPlan, applyPlan, defaultRate } from '../../replay/apply-plan.ts'
import type { AddCommand, CliWorld, StopReason } from '../io/cli-world.ts'
import { exit, Failure } from '../io/exit-codes.ts'
import { readJson } from '../io/files.ts'
import { confirm, json, line, note } from '../io/output.ts'
import { startProgress } from '../io/progress-bar.ts'
import { shortHash } from './letter-rows.ts'
import { openReplay } from './open-replay.ts'
import { evidence, recordOf, remarksOn, summaryOf, todoOf } from './replay-apply-report.ts'
import type { GlobalOptions } from './stage-options.ts'

interface ApplyCommandOptions extends GlobalOptions {
  readonly rate: number
  readonly yes?: boolean
}

/** `replay apply FILE`: does what a plan says. */
export const addApply: AddCommand = (replay, world, exitWith) => {
  replay
    .command('apply')
    .description(
      'Does what a plan says and nothing else: sends its `apply` letters to the changes queue, and removes its superseded ' +
        'and duplicate ones, each with its evidence on standard error. Refuses letters whose ledger entry moved since the ' +
        'plan, goes on past letters that fail, and stops by itself once at least five came back dead and they are more than ' +
        'half, or once twenty in a row failed. Exit code 1 when a letter was refused, failed or is missing, or it stopped.',
    )
    .argument('<file>', 'what `replay plan --out` kept')
    .option('--rate <n>', 'letters sent a second, at the most', rate, defaultRate)
    .option('--yes', 'does not ask; needed where standard input is no terminal')
    .addHelpText('after', '\nExample:\n  $ role-sync replay apply plan.json --rate 2')
    .action(async (file, _, command) => exitWith(await apply(file, command.optsWithGlobals(), world)))
}

async function apply(file: string, options: ApplyCommandOptions, world: CliWorld): Promise<number> {
  const plan = await readPlan(file)
  const todo = todoOf(plan)
  if (todo.send + todo.remove > 0 && !options.yes) {
    if (!world.stdin.isTTY) throw new Failure('cannot ask: standard input is not a terminal. Use --yes')
    const question = `Plan ${shortHash(plan.hash)} of ${plan.plannedAt}: send ${todo.send}, remove ${todo.remove}?`
    if (!(await confirm(world, question))) {
      await note(world, 'nothing was done')
      return exit.refused
    }
  }
  const applied = await carryOut(plan, todo.send + todo.remove, options, world)
  if (options.json) await json(world, recordOf(applied))
  else await line(world, summaryOf(applied))
  for (const remark of remarksOn(applied)) await note(world, remark)
  if (applied.why === 'stop_signal') return exit[world.stop.reason as StopReason]
  const { refused, failed, missing, stopped } = applied
  return stopped || refused + failed + missing > 0 ? exit.refused : exit.ok
}

async function carryOut(
  plan: Plan,
  total: number,
  options: ApplyCommandOptions,
  world: CliWorld,
): Promise<AppliedPlan> {
  const progress = startProgress(world, `applying ${shortHash(plan.hash)}`, total, {
    sent: 0,
    removed: 0,
    refused: 0,
    failed: 0,
  })
  const opened = await openReplay(options, world, record => {
    const text = evidence(record)
    if (text !== undefined) void progress.note(text)
  })
  return applyPlan(plan, opened, {
    rate: options.rate,
    signal: world.stop,
    onLetter: ({ sent, removed, refused, failed, dead }) =>
      progress.update(sent + removed + refused + failed, {
        ...{ sent, removed, refused, failed },
        'came back dead': dead,
      }),
  }).finally(progress.stop)
}

async function readPlan(file: string): Promise<Plan> {
  const parsed = parsePlan(await readJson(file, 'plan'), sha256)
  if (parsed.ok) return parsed.value
  throw new Failure(`wrong plan ${file}: ${parsed.problems.join('; ')}`)
}

function rate(text: string): number {
  const number = Number(text)
  if (/^\d{1,4}(\.\d{1,3})?$/.test(text) && number > 0) return number
  throw new InvalidArgumentError('It must be a number of letters a second, from 0.001.')
}
