import { Command, CommanderError } from 'commander'
import { addCheck } from './commands/check.ts'
import { addConsole } from './commands/console.ts'
import { addDrop } from './commands/dead-drop.ts'
import { addEdit } from './commands/dead-edit.ts'
import { addExport } from './commands/dead-export.ts'
import { addList } from './commands/dead-list.ts'
import { addShow } from './commands/dead-show.ts'
import { addDoctor } from './commands/doctor.ts'
import { addDrift } from './commands/drift.ts'
import { addDue } from './commands/due.ts'
import { addExample } from './commands/example.ts'
import { addHistory } from './commands/history.ts'
import { addApprove } from './commands/hold-approve.ts'
import { addHoldList } from './commands/hold-list.ts'
import { addPersonKey } from './commands/hold-person-key.ts'
import { addReject } from './commands/hold-reject.ts'
import { addMember } from './commands/member.ts'
import { addOutcomes } from './commands/outcomes.ts'
import { addApply } from './commands/replay-apply.ts'
import { addPlan } from './commands/replay-plan.ts'
import { addVerify } from './commands/replay-verify.ts'
import { addReview } from './commands/review.ts'
import { addRoles } from './commands/roles.ts'
import { addSchema } from './commands/schema.ts'
import { addSend } from './commands/send.ts'
import { addShadowReport } from './commands/shadow-report.ts'
import { defaultStage, examples } from './commands/stage-options.ts'
import { addStatus } from './commands/status.ts'
import { addSweep } from './commands/sweep.ts'
import { addWho } from './commands/who.ts'
import type { AddCommand, CliWorld, StopReason } from './io/cli-world.ts'
import { exit, Failure } from './io/exit-codes.ts'
import { bold, note, written } from './io/output.ts'
import { ownVersion } from './io/own-version.ts'

/** Runs the command of the arguments and resolves to the exit code. Only a bug rejects. */
export async function run(args: readonly string[], world: CliWorld): Promise<number> {
  const code = await runCommand(args, world)
  await written(world)
  return world.stop.reason === 'unwritable' ? exit.unwritable : code
}

async function runCommand(args: readonly string[], given: CliWorld): Promise<number> {
  let code: number = exit.ok
  const env = { ...given.env }
  const world = { ...given, env }
  const program = createProgram(world)
    .on('option:color', () => void Object.assign(env, { FORCE_COLOR: '1', NO_COLOR: undefined }))
    .on('option:no-color', () => void Object.assign(env, { FORCE_COLOR: '0' }))
  for (const add of commands) {
    add(program, world, value => {
      code = value
    })
  }
  try {
    await program.parseAsync(args, { from: 'user' })
    return code
  } catch (error) {
    if (world.stop.aborted) return exit[world.stop.reason as StopReason]
    if (error instanceof CommanderError) return error.exitCode === 0 ? exit.ok : exit.wrong
    if (!(error instanceof Failure)) throw error
    await note(world, `role-sync: ${error.message}`)
    return exit.wrong
  }
}

const exitCodes = `
Exit codes:
  ${exit.ok}    success
  ${exit.refused}    something was refused or not found, or the command stopped; see standard error
  ${exit.wrong}    wrong usage or settings; see the one-line error
  ${exit.interrupted}  interrupted: started work is finished, the rest is unchanged`

/** Creates the program. Add commands after that, so that they inherit its settings. */
function createProgram(world: CliWorld): Command {
  const { stdout, stderr } = world
  return new Command('role-sync')
    .description(
      'Checks role changes, sends them to the changes queue, and manages and replays dead letters.',
    )
    .version(ownVersion(), '--version')
    .option('--stage <name>', `the stage to work on (env ROLE_SYNC_STAGE; default ${defaultStage})`)
    .option('--roles <file>', 'the role catalogue file (env ROLES); the npm package has no roles of its own')
    .option('--json', 'writes only JSON to standard output')
    .option('--color', 'colours the output, on a pipe too (env FORCE_COLOR; default: on a terminal)')
    .option('--no-color', 'does not colour the output (env NO_COLOR)')
    .exitOverride()
    .configureOutput({
      writeOut: text => stdout.write(text),
      writeErr: text => stderr.write(text),
      getOutHelpWidth: () => stdout.columns ?? 100,
      getErrHelpWidth: () => stderr.columns ?? 100,
      getOutHasColors: () => true,
      getErrHasColors: () => true,
    })
    .configureHelp({
      showGlobalOptions: true,
      styleTitle: title => bold(world, title),
      subcommandDescription: command => command.description().replace(/\. .*/, '.'),
    })
    .showHelpAfterError('Run role-sync --help.')
    .addHelpText('afterAll', exitCodes)
    .addHelpText(
      'after',
      examples('example > event.json', 'check event.json && role-sync send event.json --wait'),
    )
}

/** `dead …`: the commands on dead letters. */
const addDead: AddCommand = (program, world, exitWith) => {
  const dead = program
    .command('dead')
    .description('Lists, shows, exports, corrects and removes the dead letters of the stage.')
    .addHelpText('after', examples('dead list --since 1d', 'dead show wd-2026-000123'))
  for (const add of [addList, addShow, addExport, addEdit, addDrop]) add(dead, world, exitWith)
}

/** `replay …`: dead letters back to the changes queue. */
const addReplay: AddCommand = (program, world, exitWith) => {
  const replay = program
    .command('replay')
    .description('Plans a replay of dead letters, applies the plan, and shows what became of its letters.')
    .addHelpText('after', examples('replay plan --out plan.json', 'replay apply plan.json'))
  for (const add of [addPlan, addApply, addVerify]) add(replay, world, exitWith)
}

/** `hold …`: changes that guards hold. */
const addHold: AddCommand = (program, world, exitWith) => {
  const hold = program
    .command('hold')
    .description(
      'Lists the changes that guards hold, approves or rejects those of a plan, and names a person for the guards file.',
    )
    .addHelpText('after', examples('hold list', 'hold approve plan.json --why "asked by phone, HR-4711"'))
  for (const add of [addHoldList, addApprove, addReject, addPersonKey]) add(hold, world, exitWith)
}

/** `shadow …`: what is in shadow mode. */
const addShadow: AddCommand = (program, world, exitWith) => {
  const shadow = program
    .command('shadow')
    .description('Shows what would have happened without shadow mode.')
    .addHelpText('after', examples('shadow report', 'shadow report --since 2w --json'))
  addShadowReport(shadow, world, exitWith)
}

/** All commands, in the order of the help. */
const commands: readonly AddCommand[] = [
  addExample,
  addCheck,
  addSend,
  addStatus,
  addDead,
  addReplay,
  addHold,
  addShadow,
  addDue,
  addMember,
  addHistory,
  addOutcomes,
  addWho,
  addReview,
  addSweep,
  addDrift,
  addConsole,
  addDoctor,
  addRoles,
  addSchema,
]
