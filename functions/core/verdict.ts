import type { DeferredCause, UnknownCause } from './effect.ts'
import type { Message } from './message.ts'
import type { Finished } from './open.ts'
import type { Reason } from './reason.ts'

/** What becomes of a message. */
export type Verdict =
  | {
      readonly kind: 'done'
      readonly outcome: Finished
      /** When the change was proven, for `applied`: milliseconds since 1970. */
      readonly provenAt?: number
      readonly status?: number
      /** The event that is applied instead, where it is another. */
      readonly by?: string
      /** Applied already under this version, but with another content. */
      readonly differs?: boolean
    }
  | { readonly kind: 'again'; readonly afterMs: number; readonly cause: AgainCause }
  | { readonly kind: 'dead'; readonly letter: Grounds }

/** Why a message goes again. */
export type AgainCause =
  | DeferredCause
  | UnknownCause
  | 'busy'
  | 'unanswered_write'
  | 'behind_newer'
  | 'ledger_unavailable'
  | 'lease_lost'
  | 'dead_letter_refused'
  | 'internal_error'

/** Why a message is a dead letter. */
export interface Grounds {
  readonly reason: Reason
  readonly detail: string
  readonly status?: number
  readonly unproven?: boolean
}

/** When retrying ends, in milliseconds. */
export interface GiveUpRules {
  /** From the first receive. */
  readonly giveUpMs: number
  /** From the send, so that the queue's retention never decides. */
  readonly giveUpAtLatestMs: number
}

/** Whether a message has been tried for long enough. Asked only after an attempt of its own (DESIGN 6). */
export function isGivenUp(message: Message, now: number, rules: GiveUpRules): boolean {
  return now - message.firstReceivedAt >= rules.giveUpMs || now - message.sentAt >= rules.giveUpAtLatestMs
}
