import type { Letters, SendTo } from '../aws/dead-letter-queue.ts'
import type { Hash, LetterVerdict } from '../core/dead-letter/planned-letters.ts'
import type { LetterReason } from '../core/dead-letter/reason.ts'
import type { Named, ParsedEvent } from '../core/event/event.ts'
import type { LedgerStore } from '../core/ports.ts'

/** All that planning, applying and draining touch outside themselves. */
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

/** Where it is told what was done to letters. None of these throw. */
export interface ReplayLog {
  readonly letter: (record: LetterRecord) => void
}

/** What was done to one letter, and on what evidence: one log line each. */
export interface LetterRecord extends Named {
  /** `failed`: something threw; `detail` says what, and the letter stays. */
  readonly act: 'replayed' | 'removed' | 'refused' | 'renewed' | 'failed'
  readonly messageId: string
  readonly reason: LetterReason
  readonly verdict?: LetterVerdict['verdict']
  /** The event that is in effect instead, and since when: milliseconds since 1970. */
  readonly by?: string
  readonly since?: number
  readonly detail?: string
  /** The hash of the plan. */
  readonly plan?: string
}
