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
import { burstOf, type GroupedLetter, type HeldGroup, heldGroups } from '../page/held-groups.ts'
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

/** The held withdrawals of one burst. */
interface HeldBurst extends Pick<HeldGroup<unknown>, 'guard' | 'sender' | 'people'>, Withdrawal {
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
      'Lists the changes that guards hold: why, who sent each, and who has approved it. Oldest first. The changes of a burst are one row.',
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
    letters.push({ ...listed(one, undefined, now), guard, sender, approvedBy, ...burstOf(guard, change) })
  })
  letters.sort((a, b) => (a.diedAt < b.diedAt ? -1 : 1))

  const bursts = burstsIn(letters)
  if (options.json) {
    await pieces(world, lettersText({ count: letters.length, bursts, hidden }, letters))
    return exit.ok
  }
  await line(world, letters.length === 0 ? 'no held changes' : `${lettersOf(letters.length)} held`)
  await table(world, burstColumns, bursts)
  const others = letters.filter(({ burst }) => !burst)
  await table(world, columns, others)
  const filters = [
    ...new Set(bursts.map(({ guard, sender }) => heldFilter(guard, sender))),
    ...new Set(others.map(({ guard }) => (bursts.length > 0 ? heldFilter(guard) : '--reason held'))),
  ]
  for (const filter of filters)
    await note(world, `next: role-sync replay plan ${filter} --out plan.json${givenOptions(options)}`)
  return exit.ok
}

/** The bursts of held withdrawals, the oldest first. `letters` are sorted by age. */
const burstsIn = (letters: readonly HeldLetter[]): HeldBurst[] =>
  heldGroups(letters).flatMap(({ guard, sender, burst, people, letters: those }) => {
    if (!burst) return []
    const { diedAt: since, age, detail } = those[0]!
    const found = { guard, sender, ...burst, people, letters: those.length, since, age }
    return [{ ...found, ...(detail !== undefined && { detail }) }]
  })

const burstColumns: readonly Column<HeldBurst>[] = [
  { head: 'burst of', of: ({ sender }) => sender },
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
