import type { LetterAttributes } from './dead-letter/letter-attributes.ts'
import type { Reason } from './dead-letter/reason.ts'
import type { Named } from './event/event.ts'
import type { Message } from './event/sqs-message.ts'
import type { Entry } from './ledger/ledger-entry.ts'
import type { Finished } from './ledger/open-entry.ts'
import type { Effect } from './outcome/effect.ts'
import type { RetryCause } from './outcome/verdict.ts'
import type { PersonRecord } from './people/person-progress.ts'

/** The ledger's store. Both methods reject when the store does not answer: a write may then have happened or not. */
export interface LedgerStore {
  /** The entry of a member, strongly consistent; undefined when there is none. */
  readonly read: (member: string) => Promise<Entry | undefined>
  /** Stores the entry if the stored one still has the revision before it; `conflict` may bring what is there instead. */
  readonly write: (entry: Entry) => Promise<'stored' | { readonly conflict: Entry | undefined }>
}

/** The two queues, as the consumer writes to them. The methods reject when SQS refuses or does not answer. */
export interface Queues {
  readonly sendDeadLetter: (body: string, attributes: LetterAttributes) => Promise<void>
  /** Sends events to the changes queue; when it rejects, some of them may have been sent. */
  readonly enqueue: (bodies: readonly string[]) => Promise<void>
  /** Makes messages invisible for so many whole seconds from now. */
  readonly delay: (
    delays: readonly { readonly message: Message; readonly seconds: number }[],
  ) => Promise<void>
}

/** Where a person was found: the member, and the page of the scope's list that showed it, where that is known. */
export interface PersonPlace {
  readonly member: string
  readonly page?: number
}

/**
 * What is kept of people and of the messages that name them. Every method rejects when the store, or the secret of the keys,
 * does not answer: what it was to write is then written or not.
 */
export interface PersonMemory {
  /** The key of a folded address, which is no personal data: a keyed hash, as `isPersonKey` knows it. */
  readonly key: (email: string) => Promise<string>
  /** Where the person was found in a scope, by its name; undefined when that is not known. Only a shortcut: it forgets. */
  readonly recall: (key: string, scope: string) => Promise<PersonPlace | undefined>
  readonly remember: (key: string, place: PersonPlace) => Promise<void>
  readonly forget: (key: string, member: string) => Promise<void>
  /** What is kept of a message, by its id, for as long as SQS may deliver it. Needs no secret. */
  readonly message: (messageId: string) => Promise<PersonRecord>
  /** Keeps it, if what is stored still has the revision before it. */
  readonly keep: (
    message: Pick<Message, 'id' | 'sentAt'>,
    record: PersonRecord,
  ) => Promise<'stored' | 'conflict'>
}

/** What every line says of its message. */
interface MessageFacts extends Named {
  readonly messageId: string
  readonly receives: number
  /** The trace that the event belongs to, where it names one. */
  readonly traceId?: string
}

/** What every line says that settles a message. */
interface SettledFacts extends MessageFacts {
  /** From `SentTimestamp` until now, in milliseconds. */
  readonly ageMs: number
}

/** What an attempt did: one log line each. Never payloads, tokens, names or e-mail addresses. */
export interface AttemptRecord extends MessageFacts {
  readonly effect: Effect['kind']
  /** The effect's cause or reason. */
  readonly cause?: string
  readonly status?: number
  readonly detail?: string
  readonly durationMs: number
  /** Requests to the target. */
  readonly calls: number
  /** The parent of the attempt's requests in their trace. */
  readonly spanId?: string
  /** The write may yet land. */
  readonly unanswered?: true
  /** The breaker is open now. */
  readonly breakerOpen?: true
  /** The write was that of the applied state, after a refusal. */
  readonly restoring?: true
}

/** What became of a message: one log line each time it is settled. */
export interface OutcomeRecord extends SettledFacts {
  readonly verdict: 'done' | 'dead'
  readonly outcome: Finished | 'resolved' | 'dead'
  readonly reason?: Reason
  readonly detail?: string
  readonly status?: number
  readonly unproven?: true
  /** The event that is in effect instead. */
  readonly by?: string
  readonly differs?: true
  /** From `SentTimestamp` to proof, in milliseconds. */
  readonly effectMs?: number
  /** From the event's own time to proof, in milliseconds. */
  readonly timeToEffectMs?: number
  /** How many events were enqueued instead, for `resolved`. */
  readonly events?: number
}

/** A search for people in one scope: one log line each. */
export interface SearchRecord {
  readonly target: string
  /** For instance `wacht/<organizationId>`. */
  readonly scope: string
  /** How many people were looked for, how many of them were found, and among how many members. */
  readonly people: number
  readonly found: number
  readonly listed: number
  readonly calls: number
  readonly durationMs: number
  /** Why it did not come to an end, where it did not. */
  readonly cause?: string
  readonly status?: number
}

/** What a message waits for. */
export interface RetryRecord extends SettledFacts {
  readonly verdict: 'retry'
  readonly cause: RetryCause
  readonly seconds: number
}

/** Where the consumer tells what it does. None of these throw. */
export interface Telemetry {
  readonly attempt: (record: AttemptRecord) => void
  readonly search: (record: SearchRecord) => void
  readonly outcome: (record: OutcomeRecord) => void
  readonly retry: (record: RetryRecord) => void
  /** Something outside or inside failed; no message is lost by it. */
  readonly trouble: (what: string, error: unknown) => void
}
