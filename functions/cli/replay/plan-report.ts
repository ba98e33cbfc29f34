import { type Desired, sameDesired } from '../../core/desired.ts'
import type { Plan, PlannedLetter } from '../../core/plan.ts'
import { requestRows } from '../check-report.ts'
import { countWords, lettersOf, shortMember } from '../dead/describe.ts'
import { moment } from '../durations.ts'
import { holdsWords } from '../holds-words.ts'
import { block, line } from '../output.ts'
import { type Column, mostRows, table } from '../table.ts'
import type { World } from '../world.ts'
import type { Prepared } from './requests.ts'

type Requests = ReadonlyMap<string, Prepared>

/** A plan as `--json` shows it; where targets were asked, also what they show. */
export const recordOf = ({ hash, counts, letters }: Plan, requests: Requests) => ({
  hash,
  counts,
  letters: letters.map(({ event, source, target, member, reason, verdict, by, messageId }) => {
    const holds = requests.get(messageId)?.holds
    return {
      ...{ event, source, target, member, reason, verdict },
      ...(by !== undefined && { by }),
      ...(holds && { holds }),
    }
  }),
})

/** A plan as a file keeps it: the requests stand beside it for people, and `replay apply` does not read them. */
export const fileOf = (plan: Plan, requests: Requests) => ({
  ...plan,
  letters: plan.letters.map(letter => ({ ...letter, ...requests.get(letter.messageId) })),
})

const columns: readonly Column<PlannedLetter>[] = [
  { head: 'verdict', of: ({ verdict }) => verdict },
  { head: 'reason', of: ({ reason }) => reason },
  { head: 'member', of: ({ member }) => member ?? '', short: ({ member }) => shortMember(member ?? '') },
  { head: 'event', of: ({ event, messageId }) => event ?? `(message ${messageId})` },
  { head: 'because', of: because },
]

/** A plan in words: the counts, each letter, then the requests that would be made. */
export async function print(world: World, plan: Plan, requests: Requests): Promise<void> {
  const { letters, counts, hash } = plan
  const all = letters.length === 0 ? 'no letters' : `${lettersOf(letters.length)}: ${countWords(counts)}`
  await line(world, `${all}; plan ${shortHash(hash)}`)
  await table(world, columns, letters)
  const applied = letters.filter(({ messageId }) => requests.has(messageId))
  for (const letter of world.stdout.isTTY ? applied.slice(0, mostRows) : applied) {
    await line(world, `${letter.event} → ${letter.member}`)
    const prepared = requests.get(letter.messageId) as Prepared
    await block(world, [...requestRows(prepared), ...differences(prepared)].join('\n'))
  }
}

/** As much of a plan's hash as people compare. */
export const shortHash = (hash: string): string => hash.slice(0, 12)

function because({ by, since, detail }: PlannedLetter): string {
  const evidence = by === undefined ? [] : [`${by}${since === undefined ? '' : `, since ${moment(since)}`}`]
  return [...evidence, ...(detail === undefined ? [] : [detail])].join(': ')
}

function differences({ applied, desired, holds }: Prepared): string[] {
  return [ledgerWords(applied, desired), ...(holds === undefined ? [] : [holdsWords(holds)])]
}

function ledgerWords(applied: Desired | undefined, desired: Desired): string {
  if (!applied) return 'the ledger knows of nothing applied before'
  if (sameDesired(applied, desired))
    return 'which is what the ledger says is applied: it would be proven again'
  return `instead of ${JSON.stringify(applied)}, which the ledger says is applied`
}
