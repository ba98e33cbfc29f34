import { sha256 } from '../../aws/sha256.ts'
import type { DeadLetter } from '../../core/dead-letter/dead-letter.ts'
import type { Plan, PlannedLetter } from '../../core/dead-letter/planned-letters.ts'
import type { Change } from '../../core/event/event.ts'
import { type ApprovedChange, approvalKey, approvers } from '../../core/guard/approval.ts'
import { openApprovals } from '../io/approvals-reader.ts'
import { openApprove } from '../io/approve-client.ts'
import type { AddCommand, CliWorld } from '../io/cli-world.ts'
import { exit, Failure } from '../io/exit-codes.ts'
import { json, line, note } from '../io/output.ts'
import { notEmpty } from './dead-drop.ts'
import { lookAt, type NamedLetter } from './look-at-letters.ts'
import { openDeadLetters } from './open-dead-letters.ts'
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
      'Approves the held changes of a plan with your own AWS identity, and shows them first as their letters are now. Sends their letters to the changes queue once each has enough ' +
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
  const held = heldIn(plan, file)
  const stage = stageOf(options, world.env)
  const { approveFunction, approvalsTable } = stageNames(stage)
  const send = await openApprove(world, approveFunction)
  const changes = await showHeld(held, options, world)
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

/** How many changes are shown before the question. */
const mostShown = 20

/** The most characters of a shown state: an event has room for a thousand groups. */
const mostOfState = 400

/**
 * Shows each held change of a plan on standard error as its letter is now, whatever the file says of it. Rejects with a Failure if a
 * letter is not there, or is another than that of the file.
 */
async function showHeld(
  held: readonly PlannedLetter[],
  options: GlobalOptions,
  world: CliWorld,
): Promise<ApprovedChange[]> {
  const opened = await openDeadLetters(options, world)
  const missing = new Map(held.map(planned => [planned.messageId, planned]))
  const changes: ApprovedChange[] = []
  const shown: string[] = []
  const isHeld = ({ letter }: NamedLetter) => missing.has(letter.messageId)
  for await (const { letter } of lookAt(opened, world, { meant: isHeld, limit: held.length })) {
    const planned = missing.get(letter.messageId) as PlannedLetter
    const parsed = opened.parse(letter.body, world.now())
    const change = parsed.ok ? parsed.change : undefined
    if (!change || sha256(letter.body) !== planned.bodyHash || !isSameChange(planned, change))
      throw otherLetter(letter.messageId, opened.queue)
    missing.delete(letter.messageId)
    const { member, version, desired } = change
    changes.push({ member, version, desired })
    if (shown.length < mostShown) shown.push(changeWords(change, letter))
  }
  for (const messageId of missing.keys()) throw otherLetter(messageId, opened.queue)
  for (const words of shown) await note(world, words)
  const left = changes.length - shown.length
  if (left > 0) await note(world, `${left} more held changes are not shown here; the plan has them`)
  return changes
}

const otherLetter = (messageId: string, queue: string): Failure =>
  new Failure(`letter ${messageId} is not on ${queue} as the plan shows it: plan again`)

const isSameChange = (planned: PlannedLetter, change: ApprovedChange): boolean =>
  approvalKey(changeOf(planned), sha256) === approvalKey(change, sha256)

function changeWords({ member, version, desired, role }: Change, { attributes, trail }: DeadLetter): string {
  const state = JSON.stringify(desired)
  const words = state.length > mostOfState ? `${state.slice(0, mostOfState)}…` : state
  const sender = attributes.sender ? `sender ${attributes.sender}` : 'an unknown sender'
  const event = `event ${version.id} of ${version.source}`
  return `${member}: ${role === undefined ? '' : `role ${role}, `}${words}; ${event}, ${sender}: ${trail?.detail ?? ''}`
}

/** The letters of a plan that wait for an approval. Throws a Failure if there are none, with what the plan says of a held letter. */
export function heldIn({ letters }: Plan, file: string): readonly PlannedLetter[] {
  const held = letters.filter(({ verdict }) => verdict === 'held')
  if (held.length > 0) return held
  const other = letters.find(({ reason }) => reason === 'held')
  const why = other ? `; letter ${other.messageId} is ${other.verdict}: ${other.detail ?? other.by}` : ''
  throw new Failure(`${file} has no letters that wait for an approval: plan again${why}`)
}

function changeOf({ member, version, desired, messageId }: PlannedLetter): ApprovedChange {
  if (member === null || !version || !desired)
    throw new Failure(`the plan does not say what letter ${messageId} changes: plan again`)
  return { member, version, desired }
}

const changesOf = (count: number): string => `${count} held ${count === 1 ? 'change' : 'changes'}`
