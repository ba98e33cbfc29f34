import { sha256 } from '../../aws/sha256.ts'
import type { Plan, PlannedLetter } from '../../core/dead-letter/planned-letters.ts'
import { type ApprovedChange, approvalKey, approvers } from '../../core/guard/approval.ts'
import { openApprovals } from '../io/approvals-reader.ts'
import { openApprove } from '../io/approve-client.ts'
import type { AddCommand, CliWorld } from '../io/cli-world.ts'
import { exit, Failure } from '../io/exit-codes.ts'
import { json, line } from '../io/output.ts'
import { notEmpty } from './dead-drop.ts'
import { optionsOfPlan, readPlan } from './plan-settings.ts'
import { applyAndReport, isAgreed, parserOf } from './replay-apply.ts'
import { examples, type GlobalOptions, stageNames, stageOf } from './stage-options.ts'

interface ApproveOptions extends GlobalOptions {
  readonly why: string
  readonly yes?: boolean
}

/** `hold approve FILE --why TEXT`: approves the held changes of a plan, and sends them once enough people did. */
export const addApprove: AddCommand = (hold, world, exitWith) => {
  hold
    .command('approve')
    .description(
      'Approves the held changes of a plan with your own AWS identity. Sends their letters to the changes queue once each has enough ' +
        'approvals. An approval is for one version and one state of a member, and must be used within a day. Exit code 1 if you have ' +
        'approved them before and others are needed, or if a letter is refused, failed or missing.',
    )
    .argument('<file>', 'the plan, written by `replay plan --out`')
    .requiredOption('--why <text>', 'why they are approved', notEmpty('--why'))
    .option('--yes', 'does not ask; required if standard input is not a terminal')
    .addHelpText(
      'after',
      examples(
        'hold approve plan.json --why "asked by phone, HR-4711"',
        'hold approve plan.json --why "HR-4711" --yes --json',
      ),
    )
    .action(async (file, _, command) => exitWith(await approve(file, command.optsWithGlobals(), world)))
}

async function approve(file: string, given: ApproveOptions, world: CliWorld): Promise<number> {
  const plan = await readPlan(file)
  const options = { ...given, ...(await optionsOfPlan(plan, given, world)) }
  const changes = heldIn(plan, file).map(changeOf)
  const stage = stageOf(options, world.env)
  const { approveFunction, approvalsTable } = stageNames(stage)
  const send = await openApprove(world, approveFunction)
  if (!(await isAgreed(plan, `approve ${changesOf(changes.length)}`, options, world))) return exit.refused

  const { approver, needed, approved } = await send(changes, plan.hash, options.why)
  const read = openApprovals(world, stage, approvalsTable)
  const counts: number[] = []
  for (const change of changes)
    counts.push(approvers(await read(approvalKey(change, sha256)), world.now()).length)
  const fewest = Math.min(...counts)
  const beside = { approver, needed, approvals: fewest }
  if (fewest >= needed) {
    const parse = await parserOf(options, world)
    return applyAndReport(file, plan, parse, { ...options, release: true }, world, beside)
  }
  const isNew = approved.some(Boolean)
  const words = `${fewest} of ${needed} approvals for ${changesOf(changes.length)}; another person runs the same command`
  if (options.json) await json(world, { ...beside, sent: 0 })
  else await line(world, isNew ? words : `${approver} has approved already: ${words}`)
  return isNew ? exit.ok : exit.refused
}

/** The held letters of a plan. Throws a Failure if there are none. */
export function heldIn({ letters }: Plan, file: string): readonly PlannedLetter[] {
  const held = letters.filter(({ verdict }) => verdict === 'held')
  if (held.length === 0) throw new Failure(`${file} has no held letters: plan again`)
  return held
}

function changeOf({ member, version, desired, messageId }: PlannedLetter): ApprovedChange {
  if (member === null || !version || !desired)
    throw new Failure(`the plan does not say what letter ${messageId} changes: plan again`)
  return { member, version, desired }
}

const changesOf = (count: number): string => `${count} held ${count === 1 ? 'change' : 'changes'}`
