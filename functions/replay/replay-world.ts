import type { Letters } from '../aws/dead-letter-queue.ts'
import type { SendTo } from '../aws/sqs-send.ts'
import type { Hash, LetterVerdict } from '../core/dead-letter/planned-letters.ts'
import type { LetterReason } from '../core/dead-letter/reason.ts'
import type { Named, ParsedEvent } from '../core/event/event.ts'
import type { LedgerStore } from '../core/ports.ts'

/** The dependencies of planning, applying and draining. */
export interface ReplayWorld {
  readonly letters: Letters
  /** Sends to the changes queue. */
  readonly change: SendTo
  readonly ledger: Pick<LedgerStore, 'read'>
  readonly parse: (body: string, now: number) => ParsedEvent
  readonly hash: Hash
  readonly log: ReplayLog
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly wait: (ms: number) => Promise<void>
}

/** The log of what was done to letters. It never throws. */
export interface ReplayLog {
  readonly letter: (record: LetterRecord) => void
}

/** What was done to one letter, and why: one log line. */
export interface LetterRecord extends Named {
  /** `failed`: an error occurred, given in `detail`; the letter stays. */
  readonly act: 'replayed' | 'removed' | 'refused' | 'renewed' | 'failed'
  readonly messageId: string
  readonly reason: LetterReason
  readonly verdict?: LetterVerdict['verdict']
  /** The event that is applied instead, and since when, in milliseconds since 1970. */
  readonly by?: string
  readonly since?: number
  readonly detail?: string
  /** The hash of the plan. */
  readonly plan?: string
}
