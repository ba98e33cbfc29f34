import type { Named } from '../event/event.ts'
import type { Version } from '../event/version.ts'
import { canonicalJson, compareText } from '../json.ts'
import type { Desired } from '../ledger/desired-state.ts'
import type { LetterReason } from './reason.ts'
import { type LetterVerdict, letterVerdicts } from './replay-verdict.ts'

export {
  isLetterUnproven,
  type KnownEntry,
  type LetterVerdict,
  letterVerdicts,
  planLetter,
} from './replay-verdict.ts'

/** A plan for dead letters, and the state on which it was made. */
export interface Plan {
  /** Covers the whole plan and what is shown beside each letter: what was not shown is not done. */
  readonly hash: string
  /** RFC 3339, UTC. */
  readonly plannedAt: string
  /** Absent in a plan of the replay function, which applies it at once. */
  readonly madeWith?: PlanSettings
  readonly counts: PlanCounts
  /** Oldest first. */
  readonly letters: readonly PlannedLetter[]
}

/** The settings with which a plan was made. Applied with others it would not do what it shows. */
export interface PlanSettings {
  readonly stage: string
  /** The absolute path of the role catalogue. Absent if it is the bundled one. */
  readonly roles?: string
  readonly catalogueHash: string
  /** The base URL of each target, in the requests that the plan shows. */
  readonly urls: Readonly<Record<string, string>>
}

/** `held` is there if any letter is held. */
export type PlanCounts = Readonly<Record<Exclude<LetterVerdict['verdict'], 'held'>, number>> & {
  readonly held?: number
}

/** One letter of a plan. Times are milliseconds since 1970. */
export interface PlannedLetter extends Named {
  readonly messageId: string
  readonly reason: LetterReason
  /** An earlier write to its member may have had an effect. */
  readonly unproven?: true
  readonly verdict: LetterVerdict['verdict']
  /** The version and the state of its change, in the file of a plan, if the verdict is `apply` or `held`. */
  readonly version?: Version
  readonly desired?: Desired
  /** The event that is applied instead. */
  readonly by?: string
  readonly since?: number
  readonly detail?: string
  readonly sentAt: number
  readonly bodyHash: string
  /** The revision of the member's ledger entry; 0 if there is none. */
  readonly rev: number
}

/** A hash of a text, such as SHA-256 in hex. */
export type Hash = (text: string) => string

/** Further fields shown beside a letter of a plan, by message id, such as its request. Undefined if there are none. */
export type Beside = (messageId: string) => object | undefined

export function planOf(
  letters: readonly PlannedLetter[],
  plannedAt: string,
  hash: Hash,
  { beside, madeWith }: { readonly beside?: Beside; readonly madeWith?: PlanSettings } = {},
): Plan {
  const sorted = letters.toSorted((a, b) => a.sentAt - b.sentAt || compareText(a.messageId, b.messageId))
  const head = { plannedAt, ...(madeWith && { madeWith }) }
  const body = { ...head, counts: countsOf(sorted), letters: sorted }
  return { hash: hashOf(body, hash, beside), ...body }
}

/** Whether a plan, with all fields of its letters, matches its hash. The file may have been changed. */
export const isIntact = ({ hash: stated, ...body }: Plan, hash: Hash): boolean =>
  stated === hashOf(body, hash)

/** Hashes the hashes of the letters, so that a plan of many thousands is never one text. */
function hashOf({ letters, ...rest }: Omit<Plan, 'hash'>, hash: Hash, beside?: Beside): string {
  const { plannedAt, madeWith, counts } = rest
  const head = canonicalJson({ plannedAt, madeWith, counts, letters: letters.length })
  const whole = (letter: PlannedLetter) => canonicalJson({ ...letter, ...beside?.(letter.messageId) })
  return hash([head, ...letters.map(letter => hash(whole(letter)))].join('\n'))
}

function countsOf(letters: readonly PlannedLetter[]): PlanCounts {
  const count = (of: LetterVerdict['verdict']) => letters.filter(({ verdict }) => verdict === of).length
  const counts = letterVerdicts.map(verdict => [verdict, count(verdict)] as const)
  return Object.fromEntries(counts.filter(([verdict, n]) => verdict !== 'held' || n > 0)) as PlanCounts
}
