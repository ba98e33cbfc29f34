import type { PlannedLetter } from '../../core/dead-letter/planned-letters.ts'
import { type Desired, sameDesired } from '../../core/ledger/desired-state.ts'
import type { MadePlan } from '../../replay/make-plan.ts'
import type { CliWorld } from '../io/cli-world.ts'
import { moment } from '../io/durations.ts'
import { lettersText } from '../io/letters-json.ts'
import { block, line } from '../io/output.ts'
import { type Column, mostRows, table } from '../io/text-table.ts'
import { requestRows } from './check-report.ts'
import { countWords, lettersOf, reasonWords, shortHash, shortMember } from './letter-rows.ts'
import { isShown, type Prepared, type Requests } from './planned-requests.ts'
import { targetStateWords } from './target-state-words.ts'

/** A plan for `--json`, in pieces. Includes the targets' states if they were read. */
export const recordText = ({ hash, counts, letters, failed, hidden }: MadePlan, requests: Requests) =>
  lettersText({ hash, counts, failed, hidden }, mapped(letters, recordOf(requests)))

const recordOf =
  (requests: Requests) =>
  ({ event, source, target, member, reason, unproven, verdict, by, messageId }: PlannedLetter) => {
    const holds = requests.of(messageId)?.holds
    return {
      ...{ event, source, target, member, reason },
      ...(unproven && { unproven }),
      verdict,
      ...(by !== undefined && { by }),
      ...(holds && { holds }),
    }
  }

/** A plan for its file, in pieces. Includes the requests; the hash covers them. */
export const fileText = ({ hash, plannedAt, madeWith, counts, letters }: MadePlan, requests: Requests) =>
  lettersText(
    { hash, plannedAt, madeWith, counts },
    mapped(letters, letter => ({ ...letter, ...requests.of(letter.messageId) })),
    2,
  )

function* mapped<T>(letters: readonly T[], record: (letter: T) => object) {
  for (const letter of letters) yield record(letter)
}

const columns: readonly Column<PlannedLetter>[] = [
  { head: 'verdict', of: ({ verdict }) => verdict, isState: true },
  { head: 'reason', of: reasonWords },
  { head: 'member', of: ({ member }) => member ?? '', short: ({ member }) => shortMember(member ?? '') },
  { head: 'event', of: ({ event, messageId }) => event ?? `(message ${messageId})` },
  { head: 'because', of: because },
]

/** Prints a plan: the counts, each letter, then the requests. */
export async function print(world: CliWorld, plan: MadePlan, requests: Requests): Promise<void> {
  const { letters, counts, hash } = plan
  const all = letters.length === 0 ? 'no letters' : `${lettersOf(letters.length)}: ${countWords(counts)}`
  await line(world, `${all}; plan ${shortHash(hash)}`)
  await table(world, columns, letters)
  const applied = letters.filter(({ verdict }) => isShown(verdict))
  for (const { messageId, event, member } of world.stdout.isTTY ? applied.slice(0, mostRows) : applied) {
    const prepared = requests.of(messageId)
    if (!prepared) continue
    await line(world, `${event} → ${member}`)
    await block(world, [...requestRows(prepared), ...differences(prepared)].join('\n'))
  }
}

function because({ by, since, detail }: PlannedLetter): string {
  const evidence = by === undefined ? [] : [`${by}${since === undefined ? '' : `, since ${moment(since)}`}`]
  return [...evidence, ...(detail === undefined ? [] : [detail])].join(': ')
}

function differences({ applied, desired, holds }: Prepared): string[] {
  return [ledgerWords(applied, desired), ...(holds === undefined ? [] : [targetStateWords(holds)])]
}

function ledgerWords(applied: Desired | undefined, desired: Desired): string {
  if (!applied) return 'the ledger has no applied state'
  if (sameDesired(applied, desired)) return 'the ledger has this state already: a replay proves it again'
  return `the ledger has another applied state: ${JSON.stringify(applied)}`
}
