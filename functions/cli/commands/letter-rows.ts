import { diedAt } from '../../core/dead-letter/dead-letter.ts'
import { isLetterUnproven, type KnownEntry } from '../../core/dead-letter/planned-letters.ts'
import { claims } from '../../core/dead-letter/trail.ts'
import type { Named } from '../../core/event/event.ts'
import type { History } from '../../core/event/sqs-message.ts'
import { durationWords } from '../io/durations.ts'
import type { Column } from '../io/text-table.ts'
import type { NamedLetter } from './look-at-letters.ts'

/** A letter in a list, without its body. */
export interface ListedLetter extends Named {
  readonly message: string
  readonly reason: string
  readonly detail?: string
  /** When it became a dead letter: RFC 3339, UTC. */
  readonly diedAt: string
  /** Seconds since `diedAt`. */
  readonly age: number
  /** The receives before it became a dead letter; if unknown, all receives. */
  readonly receives: number
  /** The history that its message claimed. Any producer can write it. */
  readonly claimed?: History
  readonly unproven?: true
}

/** A letter for a list. `entry` is its member's entry, needed if it is crashed. `now` is milliseconds since 1970. */
export function listed({ letter, named }: NamedLetter, entry: KnownEntry, now: number): ListedLetter {
  const { messageId, reason, receives, trail = {} } = letter
  const died = diedAt(letter)
  return {
    ...named,
    message: messageId,
    reason,
    ...(trail.detail !== undefined && { detail: trail.detail }),
    diedAt: new Date(died).toISOString(),
    age: Math.max(0, Math.floor((now - died) / 1000)),
    receives: trail.receives ?? receives,
    ...claims(trail.claimed),
    ...(isLetterUnproven(letter, named.event, entry, now) && { unproven: true }),
  }
}

/** The reason of a letter, and whether it is unproven. */
export const reasonWords = ({ reason, unproven }: Pick<ListedLetter, 'reason' | 'unproven'>): string =>
  unproven ? `${reason}, unproven` : reason

/** The columns of a list. */
export const columns: readonly Column<ListedLetter>[] = [
  { head: 'reason', of: reasonWords },
  { head: 'target', of: ({ target }) => target ?? '', isMinor: true },
  { head: 'member', of: ({ member }) => member ?? '', short: ({ member }) => shortMember(member ?? '') },
  { head: 'event', of: ({ event, message }) => event ?? `(message ${message})` },
  { head: 'age', of: ({ age }) => durationWords(age * 1000), align: 'right' },
  { head: 'receives', of: ({ receives }) => String(receives), align: 'right', isMinor: true },
  { head: 'claims', of: ({ claimed }) => (claimed ? claimWords(claimed) : ''), isMinor: true },
]

/** A claimed history as text: `2 replays, 1 edit, plan 3f2a9c01d7be`. */
export const claimWords = ({ replays = 0, renewals = 0, edits = [], plan }: History): string =>
  [
    ...counted(replays, 'replay'),
    ...counted(renewals, 'renewal'),
    ...counted(edits.length, 'edit'),
    ...(plan === undefined ? [] : [`plan ${shortHash(plan)}`]),
  ].join(', ')

const counted = (count: number, word: string): string[] =>
  count === 0 ? [] : [`${count} ${word}${count === 1 ? '' : 's'}`]

/** The first 12 characters of a plan's hash. */
export const shortHash = (hash: string): string => hash.slice(0, 12)

/** Only the membership id, a UUID without its middle. `dead show` shows the full name. */
export const shortMember = (member: string): string =>
  (member.split('/').at(-1) ?? '').replace(/^(\w{8})-[\w-]+(\w{4})$/, '$1…$2')

/** Counts each word, most frequent first. */
export function countsOf(words: Iterable<string>): Record<string, number> {
  const groups = [...Map.groupBy(words, word => word)].map(([word, { length }]) => [word, length] as const)
  return Object.fromEntries(groups.toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)))
}

/** Counts as text, without zeros: `14 not_found, 3 rejected`. */
export const countWords = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([word, count]) => `${count} ${word}`)
    .join(', ')

/** `1 letter`, `2 letters`. */
export const lettersOf = (count: number): string => `${count} ${count === 1 ? 'letter' : 'letters'}`
