import type { DeadLetter } from '../../core/dead-letter/dead-letter.ts'
import type { LetterVerdict } from '../../core/dead-letter/planned-letters.ts'
import type { Named } from '../../core/event/event.ts'
import type { Entry } from '../../core/ledger/ledger-entry.ts'
import { personTarget } from '../../core/people/person-event.ts'
import type { CliWorld } from '../io/cli-world.ts'
import { durationWords, moment } from '../io/durations.ts'
import { indented } from '../io/lossless-json.ts'
import { block, line } from '../io/output.ts'
import { requestRows } from './check-report.ts'
import type { Planned } from './dry-run.ts'
import { entryRecord, entryWords } from './entry-words.ts'
import { claimWords, listed } from './letter-rows.ts'
import { type TargetState, targetStateWords } from './target-state-words.ts'

/** A letter with its entry, verdict and request. */
export interface Shown {
  readonly letter: DeadLetter
  readonly named: Named
  readonly entry: Entry | undefined
  readonly verdict: LetterVerdict
  /** The request of a replay. Absent if the letter is invalid. */
  readonly planned?: Planned
  /** The member's state at the target, if it was read. */
  readonly holds?: TargetState
  /** Milliseconds since 1970. */
  readonly now: number
}

/** A letter for `--json`. */
export const recordOf = ({ letter, named, entry, verdict, planned, holds, now }: Shown) => ({
  ...listed({ letter, named }, entry, now),
  sentAt: new Date(letter.sentAt).toISOString(),
  body: letter.body,
  attributes: letter.attributes,
  entry: entryRecord(entry),
  ...replayOf(verdict),
  ...planned,
  ...(holds && { holds }),
})

/** The verdict's detail is called `because`: `detail` is the detail of the letter. */
const replayOf = ({ detail, ...verdict }: LetterVerdict & { readonly detail?: string }) => ({
  ...verdict,
  ...(detail !== undefined && { because: detail }),
})

/** Prints a letter in parts with headings. */
export async function print(world: CliWorld, shown: Shown): Promise<void> {
  const { letter, named, entry, planned, holds, now } = shown
  const { event, message, age, diedAt, claimed, unproven } = listed({ letter, named }, entry, now)
  const { trail = {}, attributes, reason } = letter
  await line(world, `${event ?? '(no id)'} of ${named.source ?? '(no source)'}`)
  const status = trail.status === undefined ? '' : ` (${trail.status})`
  await line(world, `  ${reason}${status}${unproven ? ', unproven' : ''}: ${trail.detail ?? words(reason)}`)
  await line(
    world,
    `  dead since ${moment(Date.parse(diedAt))} (${durationWords(age * 1000)}), message ${message}`,
  )
  if (trail.renewals) await line(world, `  renewed ${trail.renewals} times`)
  for (const edit of trail.edits ?? []) await line(world, `  edited: ${edit}`)
  if (claimed)
    await line(world, `  claimed by its message (any producer can claim this): ${claimWords(claimed)}`)
  for (const edit of claimed?.edits ?? []) await line(world, `  claimed edit: ${edit}`)

  await part(world, 'body', indented(letter.body) ?? letter.body)
  await part(
    world,
    'attributes',
    Object.entries(attributes)
      .map(([name, value]) => `${name}: ${value}`)
      .join('\n') || 'none',
  )
  const toBeFound = named.member === null && named.target === personTarget
  await part(
    world,
    `member ${named.member ?? (toBeFound ? '(to be found)' : '(unreadable)')}`,
    toBeFound
      ? `members found so far have their own events: ${event ?? '…'}/<member>`
      : entryWords(entry, now).join('\n'),
  )
  const rows = [...(planned ? requestRows(planned) : []), ...(holds ? [targetStateWords(holds)] : [])]
  await part(world, 'a replay', [verdictWords(shown.verdict), ...rows].join('\n'))
}

/** The verdict of a replay as text. */
export function verdictWords(verdict: LetterVerdict): string {
  switch (verdict.verdict) {
    case 'apply':
      return `apply: ${verdict.detail ?? 'this request would be made'}`
    case 'superseded':
    case 'duplicate': {
      const { by, since, detail } = verdict
      return `${verdict.verdict}: by ${by}, applied since ${moment(since)}${detail ? `: ${detail}` : ''}`
    }
    case 'invalid':
    case 'undecided':
    case 'held':
      return `${verdict.verdict}: ${verdict.detail}`
    default:
      return verdict satisfies never
  }
}

const words = (reason: DeadLetter['reason']): string =>
  reason === 'crashed' ? 'SQS moved it here: it was received too often' : 'no detail'

async function part(world: CliWorld, heading: string, text: string): Promise<void> {
  await line(world, heading)
  await block(world, text)
}
