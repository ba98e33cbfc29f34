import { sha256 } from '../../aws/sha256.ts'
import type { Withdrawal } from '../../core/event/role-catalogue.ts'
import { forEachOf } from '../../core/for-each-of.ts'
import { approvalKey, approvers } from '../../core/guard/approval.ts'
import { openApprovals } from '../io/approvals-reader.ts'
import type { AddCommand, CliWorld } from '../io/cli-world.ts'
import { durationWords } from '../io/durations.ts'
import { exit } from '../io/exit-codes.ts'
import { lettersText } from '../io/letters-json.ts'
import { line, note, pieces } from '../io/output.ts'
import { type Column, table } from '../io/text-table.ts'
import { type GroupedLetter, groupOf, type HeldGroup, heldGroups } from '../page/held-groups.ts'
import { heldFilter } from '../page/mend-commands.ts'
import { type ListedLetter, lettersOf, listed, shortMember } from './letter-rows.ts'
import { lookAt } from './look-at-letters.ts'
import { openDeadLetters } from './open-dead-letters.ts'
import { examples, type GlobalOptions, givenOptions, stageNames } from './stage-options.ts'

/** A held letter in a list. */
interface HeldLetter extends ListedLetter, GroupedLetter {
  readonly member: string | null
  /** Whose approvals count now. */
  readonly approvedBy: readonly string[]
}

/** The held changes of one burst, or of those who may lose one guarded role. */
interface HeldRow extends Pick<HeldGroup<unknown>, 'guard' | 'sender' | 'people'>, Withdrawal {
  readonly letters: number
  /** When the oldest became a letter: RFC 3339, UTC. */
  readonly since: string
  /** Seconds since then. */
  readonly age: number
  readonly detail?: string
}

/** How many changes' approvals are read at once. */
const reads = 16

/** `hold list`: lists the held changes. */
export const addHoldList: AddCommand = (hold, world, exitWith) => {
  hold
    .command('list')
    .description(
      'Lists the changes that guards hold: why, who sent each, and who has approved it. Oldest first. The changes of a burst are one row, and so are those that last_owner holds of one scope and role.',
    )
    .addHelpText('after', examples('hold list --stage prod', 'hold list --json | jq -r .letters[].member'))
    .action(async (_, command) => exitWith(await list(command.optsWithGlobals(), world)))
}

async function list(options: GlobalOptions, world: CliWorld): Promise<number> {
  const opened = await openDeadLetters(options, world)
  const read = openApprovals(world, opened.stage, stageNames(opened.stage).approvalsTable)
  const letters: HeldLetter[] = []
  let hidden = 0
  const onHidden = (count: number) => {
    hidden = count
  }
  const held = lookAt(opened, world, { meant: ({ letter }) => letter.reason === 'held', onHidden })
  await forEachOf(held, reads, async one => {
    const { guard = '', sender = '' } = one.letter.attributes
    const now = world.now()
    const parsed = opened.parse(one.letter.body, now)
    const change = parsed.ok ? parsed.change : undefined
    const approvedBy = change ? approvers(await read(approvalKey(change, sha256)), now) : []
    letters.push({
      ...listed(one, undefined, now),
      guard,
      sender,
      approvedBy,
      ...groupOf(guard, change, one.letter.trail?.detail),
    })
  })
  letters.sort((a, b) => (a.diedAt < b.diedAt ? -1 : 1))

  const [bursts, owners] = [rowsIn(letters, 'burst'), rowsIn(letters, 'owners')]
  if (options.json) {
    await pieces(world, lettersText({ count: letters.length, bursts, owners, hidden }, letters))
    return exit.ok
  }
  await line(world, letters.length === 0 ? 'no held changes' : `${lettersOf(letters.length)} held`)
  await table(world, [{ head: 'burst of', of: ({ sender }) => sender }, ...rowColumns], bursts)
  await table(world, [{ head: 'guard', of: ({ guard }) => guard }, ...rowColumns], owners)
  const others = letters.filter(letter => !letter.burst && !letter.owners)
  await table(world, columns, others)
  const rows = [...bursts, ...owners]
  const filters = new Set([
    ...rows.map(({ guard, sender }) => heldFilter(guard, sender)),
    ...others.map(({ guard }) => (rows.length > 0 ? heldFilter(guard) : '--reason held')),
  ])
  for (const filter of filters)
    await note(world, `next: role-sync replay plan ${filter} --out plan.json${givenOptions(options)}`)
  return exit.ok
}

/** The groups of held changes of one kind, the oldest first. `letters` are sorted by age. */
const rowsIn = (letters: readonly HeldLetter[], kind: 'burst' | 'owners'): HeldRow[] =>
  heldGroups(letters).flatMap(group => {
    const { guard, sender, people, letters: those, [kind]: of } = group
    if (!of) return []
    const { diedAt: since, age, detail } = those[0]!
    const found = { guard, sender, ...of, people, letters: those.length, since, age }
    return [{ ...found, ...(detail !== undefined && { detail }) }]
  })

const rowColumns: readonly Column<HeldRow>[] = [
  { head: 'scope', of: ({ scope }) => scope, short: ({ scope }) => shortMember(scope) },
  { head: 'role', of: ({ role }) => role },
  { head: 'people', of: ({ people }) => String(people), align: 'right' },
  { head: 'letters', of: ({ letters }) => String(letters), align: 'right', isMinor: true },
  { head: 'age', of: ({ age }) => durationWords(age * 1000), align: 'right' },
  { head: 'why', of: ({ detail = '' }) => detail, isMinor: true },
]

const columns: readonly Column<HeldLetter>[] = [
  { head: 'guard', of: ({ guard }) => guard, isState: true },
  { head: 'member', of: ({ member }) => member ?? '', short: ({ member }) => shortMember(member ?? '') },
  { head: 'event', of: ({ event, message }) => event ?? `(message ${message})` },
  { head: 'age', of: ({ age }) => durationWords(age * 1000), align: 'right' },
  { head: 'sender', of: ({ sender }) => sender },
  { head: 'approved by', of: ({ approvedBy }) => approvedBy.join(', ') },
  { head: 'why', of: ({ detail = '' }) => detail, isMinor: true },
]
