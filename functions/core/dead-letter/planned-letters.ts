import type { Named } from '../event/event.ts'
import { canonicalJson, compareText } from '../json.ts'
import type { LetterReason } from './reason.ts'
import { type LetterVerdict, letterVerdicts } from './replay-verdict.ts'

export {
  isLetterUnproven,
  type KnownEntry,
  type LetterVerdict,
  letterVerdicts,
  planLetter,
} from './replay-verdict.ts'

/** What is to be done with dead letters, and on which state that was decided. */
export interface Plan {
  /** Over all the rest, and over what stands beside each letter for people: what was not shown is not done. */
  readonly hash: string
  /** When it was made: RFC 3339, UTC. */
  readonly plannedAt: string
  readonly counts: PlanCounts
  /** By age, oldest first. */
  readonly letters: readonly PlannedLetter[]
}

export type PlanCounts = Readonly<Record<LetterVerdict['verdict'], number>>

/** One letter of a plan. Times are milliseconds since 1970. */
export interface PlannedLetter extends Named {
  readonly messageId: string
  readonly reason: LetterReason
  /** An earlier write of its member may have taken effect. */
  readonly unproven?: true
  readonly verdict: LetterVerdict['verdict']
  /** The event that is in effect instead. */
  readonly by?: string
  readonly since?: number
  readonly detail?: string
  readonly sentAt: number
  readonly bodyHash: string
  /** The revision of the member's ledger entry; 0 for none. */
  readonly rev: number
}

/** A short hash of a text, such as SHA-256 in hex. */
export type Hash = (text: string) => string

/** What is shown beside a letter of a plan, by its message id, such as its request; undefined where nothing is. */
export type Beside = (messageId: string) => object | undefined

/** The plan of these letters. */
export function planOf(
  letters: readonly PlannedLetter[],
  plannedAt: string,
  hash: Hash,
  beside: Beside = () => undefined,
): Plan {
  const sorted = letters.toSorted((a, b) => a.sentAt - b.sentAt || compareText(a.messageId, b.messageId))
  const body = { plannedAt, counts: countsOf(sorted), letters: sorted }
  return { hash: hashOf(body, hash, beside), ...body }
}

/** Whether a plan is what was hashed, with all that its letters bear: a file may have been changed. */
export const isIntact = ({ hash: stated, ...body }: Plan, hash: Hash): boolean =>
  stated === hashOf(body, hash)

/** By the hashes of its letters: a plan of many thousands is never one text. */
function hashOf({ plannedAt, counts, letters }: Omit<Plan, 'hash'>, hash: Hash, beside?: Beside): string {
  const head = canonicalJson({ plannedAt, counts, letters: letters.length })
  const whole = (letter: PlannedLetter) => canonicalJson({ ...letter, ...beside?.(letter.messageId) })
  return hash([head, ...letters.map(letter => hash(whole(letter)))].join('\n'))
}

function countsOf(letters: readonly PlannedLetter[]): PlanCounts {
  const count = (of: LetterVerdict['verdict']) => letters.filter(({ verdict }) => verdict === of).length
  return Object.fromEntries(letterVerdicts.map(verdict => [verdict, count(verdict)])) as PlanCounts
}
