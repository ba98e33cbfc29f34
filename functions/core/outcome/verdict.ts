import type { Grounds } from '../dead-letter/reason.ts'
import type { Message } from '../event/sqs-message.ts'
import type { Finished, Opened } from '../ledger/open-entry.ts'
import type { DeferredCause, UnknownCause } from './effect.ts'

/** What becomes of a message. */
export type Verdict =
  | {
      readonly kind: 'done'
      /** `resolved`: the event named a person, and the events of that person's members are on the queue. */
      readonly outcome: Finished | 'resolved'
      /** When the change was proven, for `applied`: milliseconds since 1970. */
      readonly provenAt?: number
      readonly status?: number
      /** The event that is applied instead, where it is another. */
      readonly by?: string
      /** Applied already under this version, but with another content. */
      readonly differs?: boolean
      /** How many events were enqueued instead, for `resolved`. */
      readonly events?: number
      readonly detail?: string
    }
  | {
      readonly kind: 'retry'
      /** Wanted: how long it is in the end, `delaySeconds` says. */
      readonly afterMs: number
      readonly cause: RetryCause
      /** Of an attempt of its own: what the target said. */
      readonly detail?: string
      readonly status?: number
    }
  | { readonly kind: 'dead'; readonly letter: Grounds }

/** What becomes of a message that leaves the queue. */
export type Final = Exclude<Verdict, { readonly kind: 'retry' }>

/** Why a message is retried. */
export type RetryCause =
  | DeferredCause
  | UnknownCause
  | 'busy'
  | 'unanswered_write'
  | 'behind_newer'
  | 'ledger_unavailable'
  | 'lease_lost'
  | 'dead_letter_refused'
  | 'person_not_found'
  | 'person_ambiguous'
  | 'enqueue_failed'
  | 'internal_error'

/** When retrying ends, in milliseconds. */
export interface GiveUpRules {
  /** From the first receive. */
  readonly giveUpMs: number
  /** From the send, so that the queue's retention never decides. */
  readonly giveUpAtLatestMs: number
}

/** An attempt for which no call was made is none of the message's own: it does not end its retrying. */
export const wasTried = (cause: RetryCause): boolean =>
  cause !== 'no_time' && cause !== 'breaker_open' && cause !== 'resting'

/** From when on a message is given up after an attempt of its own, in milliseconds since 1970. */
export const givenUpAt = ({ firstReceivedAt }: Message, { giveUpMs }: GiveUpRules): number =>
  firstReceivedAt + giveUpMs

/** Whether a message has been tried for long enough. Asked only after an attempt of its own. */
export const isGivenUp = (message: Message, now: number, rules: GiveUpRules): boolean =>
  now >= givenUpAt(message, rules)

/** Whether a message is too old to be retried, whatever it waits for: SQS would drop it soon. */
export const isTooOld = ({ sentAt }: Message, now: number, rules: GiveUpRules): boolean =>
  now - sentAt >= rules.giveUpAtLatestMs

/** The end of a change that the ledger finishes without a call. */
export function doneBy({ outcome, by, differs }: Extract<Opened, { kind: 'finished' }>): Verdict {
  if (outcome === 'applied') return { kind: 'done', outcome, provenAt: by.at }
  return { kind: 'done', outcome, by: by.event, differs }
}
