import type { Grounds, GuardName } from '../dead-letter/reason.ts'
import type { Message } from '../event/sqs-message.ts'
import type { ShadowFacts } from '../guard/shadow.ts'
import type { Applied } from '../ledger/ledger-entry.ts'
import type { Finished, Opened } from '../ledger/open-entry.ts'
import type { DeferredCause, UnknownCause } from './effect.ts'

/** What happens to a message. */
export type Verdict =
  | {
      readonly kind: 'done'
      /**
       * `resolved`: the event named a person; one event for each membership is on the queue. `shadow`: nothing was written. `reasserted`: what is
       * applied was written again and proven. `scheduled`: it takes effect later, and is kept until then.
       */
      readonly outcome: Finished | 'resolved' | 'shadow' | 'reasserted' | 'scheduled'
      /** For `applied`: the proof, as the ledger has it. */
      readonly proof?: Applied
      /** What this proof replaced, if this attempt made it. */
      readonly replaced?: Applied
      readonly status?: number
      /** The attempt that proved it. */
      readonly attempt?: AttemptFacts
      /** The event that is applied instead. */
      readonly by?: string
      /** The same version is already applied, but with other content. */
      readonly differs?: boolean
      /** For `resolved`: how many events were enqueued instead. */
      readonly events?: number
      /** For `shadow`. */
      readonly shadow?: ShadowFacts
      /** For `scheduled`: the guard in shadow mode that would have held it. */
      readonly wouldHold?: GuardName | undefined
      readonly detail?: string
    }
  | {
      readonly kind: 'retry'
      /** The wanted delay; `delaySeconds` gives the real one. */
      readonly afterMs: number
      readonly cause: RetryCause
      /** The target's answer, if this message had an attempt of its own. */
      readonly detail?: string
      readonly status?: number
    }
  | { readonly kind: 'dead'; readonly letter: Grounds }

/** How a message ended. */
export type MessageOutcome = Finished | 'resolved' | 'shadow' | 'reasserted' | 'scheduled' | 'dead' | 'held'

/** How a message with this letter ended: `held` is no failure, and its guard says why. */
export const endOf = ({ reason, ...letter }: Grounds) =>
  reason === 'held'
    ? { outcome: 'held' as const, ...letter }
    : { outcome: 'dead' as const, reason, ...letter }

/** What the outcome line says of the attempt that proved a change, or of the read of a shadowed one. */
export interface AttemptFacts {
  readonly durationMs: number
  /** How many requests went to the target. */
  readonly calls: number
  /** The parent span of the attempt's requests. */
  readonly spanId?: string
}

/** The verdict on a message that leaves the queue. */
export type Final = Exclude<Verdict, { readonly kind: 'retry' }>

/** Why a message is retried. */
export type RetryCause =
  | DeferredCause
  | UnknownCause
  | 'busy'
  | 'not_yet'
  | 'unanswered_write'
  | 'behind_newer'
  | 'ledger_unavailable'
  | 'approvals_unavailable'
  | 'key_unavailable'
  | 'history_unavailable'
  | 'outcome_unsent'
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
  /** From the send: before the queue's retention ends. */
  readonly giveUpAtLatestMs: number
}

/** Whether a call was made. Without a call the message is never given up. */
export const wasTried = (cause: RetryCause): boolean => !uncalled.has(cause)

/** The causes of a retry without a call that could have made the change true. */
const uncalled: ReadonlySet<RetryCause> = new Set([
  ...(['no_time', 'breaker_open', 'resting', 'owners_unread', 'owners_busy'] as const),
  ...(['not_yet', 'due_unavailable'] as const),
])

/** From when on a message is given up after an attempt of its own, in milliseconds since 1970. */
export const givenUpAt = ({ firstReceivedAt }: Message, { giveUpMs }: GiveUpRules): number =>
  firstReceivedAt + giveUpMs

/** Whether the give-up time has passed. Valid only after an attempt of the message's own. */
export const isGivenUp = (message: Message, now: number, rules: GiveUpRules): boolean =>
  now >= givenUpAt(message, rules)

/** Whether a message is too old for a retry of any cause: SQS deletes it soon. */
export const isTooOld = ({ sentAt }: Message, now: number, rules: GiveUpRules): boolean =>
  now - sentAt >= rules.giveUpAtLatestMs

/**
 * The verdict on a change that the ledger finishes without a call. `isLate`: it is an event whose end has passed; if that end is applied, it is
 * superseded.
 */
export function doneBy(
  opened: Extract<Opened, { kind: 'finished' | 'not_applied' | 'reasserted' }>,
  isLate = false,
): Verdict {
  if (opened.kind === 'reasserted') return { kind: 'done', outcome: 'reasserted' }
  if (opened.kind === 'not_applied')
    return { kind: 'done', outcome: 'superseded', ...(opened.by && { by: opened.by.event }) }
  const { outcome, by, differs } = opened
  if (outcome === 'applied') return { kind: 'done', outcome, proof: by }
  if (outcome === 'duplicate' && isLate) return { kind: 'done', outcome: 'superseded', by: by.event }
  return { kind: 'done', outcome, by: by.event, differs }
}
