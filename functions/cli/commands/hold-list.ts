import { sha256 } from '../../aws/sha256.ts'
import { forEachOf } from '../../core/for-each-of.ts'
import { approvalKey, approvers } from '../../core/guard/approval.ts'
import { openApprovals } from '../io/approvals-reader.ts'
import type { AddCommand, CliWorld } from '../io/cli-world.ts'
import { durationWords } from '../io/durations.ts'
import { exit } from '../io/exit-codes.ts'
import { lettersText } from '../io/letters-json.ts'
import { line, note, pieces } from '../io/output.ts'
import { type Column, table } from '../io/text-table.ts'
import { type ListedLetter, lettersOf, listed, shortMember } from './letter-rows.ts'
import { lookAt, type NamedLetter } from './look-at-letters.ts'
import { openDeadLetters } from './open-dead-letters.ts'
import { examples, type GlobalOptions, givenOptions, stageNames } from './stage-options.ts'

/** A held letter in a list. */
interface HeldLetter extends ListedLetter {
  readonly guard: string
  /** Who sent the change, as verified. */
  readonly sender: string
  /** Whose approvals count now. */
  readonly approvedBy: readonly string[]
}

/** How many changes' approvals are read at once. */
const reads = 16

/** `hold list`: lists the held changes. */
export const addHoldList: AddCommand = (hold, world, exitWith) => {
  hold
    .command('list')
    .description(
      'Lists the changes that guards hold: why, who sent each, and who has approved it. Oldest first.',
    )
    .addHelpText('after', examples('hold list --stage prod', 'hold list --json | jq -r .letters[].member'))
    .action(async (_, command) => exitWith(await list(command.optsWithGlobals(), world)))
}

async function list(options: GlobalOptions, world: CliWorld): Promise<number> {
  const opened = await openDeadLetters(options, world)
  const read = openApprovals(world, opened.stage, stageNames(opened.stage).approvalsTable)
  const approvedBy = async ({ letter }: NamedLetter): Promise<readonly string[]> => {
    const now = world.now()
    const parsed = opened.parse(letter.body, now)
    const change = parsed.ok ? parsed.change : undefined
    return change ? approvers(await read(approvalKey(change, sha256)), now) : []
  }

  const letters: HeldLetter[] = []
  let hidden = 0
  const onHidden = (count: number) => {
    hidden = count
  }
  const held = lookAt(opened, world, { meant: ({ letter }) => letter.reason === 'held', onHidden })
  await forEachOf(held, reads, async one => {
    const { guard = '', sender = '' } = one.letter.attributes
    letters.push({ ...listed(one, undefined, world.now()), guard, sender, approvedBy: await approvedBy(one) })
  })
  letters.sort((a, b) => (a.diedAt < b.diedAt ? -1 : 1))

  if (options.json) {
    await pieces(world, lettersText({ count: letters.length, hidden }, letters))
    return exit.ok
  }
  await line(world, letters.length === 0 ? 'no held changes' : `${lettersOf(letters.length)} held`)
  await table(world, columns, letters)
  if (letters.length > 0)
    await note(world, `next: role-sync replay plan --reason held --out plan.json${givenOptions(options)}`)
  return exit.ok
}

const columns: readonly Column<HeldLetter>[] = [
  { head: 'guard', of: ({ guard }) => guard, isState: true },
  { head: 'member', of: ({ member }) => member ?? '', short: ({ member }) => shortMember(member ?? '') },
  { head: 'event', of: ({ event, message }) => event ?? `(message ${message})` },
  { head: 'age', of: ({ age }) => durationWords(age * 1000), align: 'right' },
  { head: 'sender', of: ({ sender }) => sender },
  { head: 'approved by', of: ({ approvedBy }) => approvedBy.join(', ') },
  { head: 'why', of: ({ detail = '' }) => detail, isMinor: true },
]
