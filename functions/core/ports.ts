import type { LetterAttributes } from './dead-letter/letter-attributes.ts'
import type { GuardName, Reason } from './dead-letter/reason.ts'
import type { DueItem } from './due/due-item.ts'
import type { Named } from './event/event.ts'
import type { Message } from './event/sqs-message.ts'
import type { Approval } from './guard/approval.ts'
import type { Shows } from './guard/shadow.ts'
import type { HistoryItem } from './history/history-item.ts'
import type { OutcomeEvent } from './history/outcome-event.ts'
import type { Entry } from './ledger/ledger-entry.ts'
import type { Effect } from './outcome/effect.ts'
import type { AttemptFacts, MessageOutcome, RetryCause } from './outcome/verdict.ts'
import type { PersonRecord } from './people/person-progress.ts'

/** An item of the ledger's table that is changed in steps. */
export interface Stepped {
  /** Its key. */
  readonly member: string
  /** Counts the steps: each is a conditional write on it. */
  readonly rev: number
}

/** The ledger's store. Both methods reject if the store does not answer; a write may then have happened. */
export interface LedgerStore<Item extends Stepped = Entry> {
  /** The entry of a member, by a strongly consistent read. Undefined if there is none. */
  readonly read: (member: string) => Promise<Item | undefined>
  /** Stores the entry if the stored revision is the one before it. `conflict` may hold the stored entry. */
  readonly write: (entry: Item) => Promise<'stored' | { readonly conflict: Item | undefined }>
}

/** The history's store (functions/README.md#the-record). Both methods reject if the store refuses or does not answer. */
export interface HistoryStore {
  /** Writes items of proofs: an item with the same key has the same content. Resolves to the items that were not taken. */
  readonly put: (items: readonly HistoryItem[]) => Promise<readonly HistoryItem[]>
  /** Writes an item unless there is one with its key. */
  readonly putIfAbsent: (item: HistoryItem) => Promise<void>
}

/** The table of due items. Each method rejects if the table or the key of its encryption does not answer; a write may then have happened. */
export interface DueStore {
  /** Stores items, each unless there is one with its key. */
  readonly put: (items: readonly DueItem[]) => Promise<void>
}

/** The table of approvals, which only the approve function writes. Rejects if it refuses or does not answer. */
export interface Approvals {
  /** The approvals with this key, by a strongly consistent read. */
  readonly read: (approval: string) => Promise<readonly Approval[]>
}

/** The topic of outcomes. Rejects if it refuses or does not answer; some events may then have been taken. */
export interface OutcomeTopic {
  /** Resolves to the events that were not taken. */
  readonly publish: (events: readonly OutcomeEvent[]) => Promise<readonly OutcomeEvent[]>
}

/** The consumer's writes to the two queues. The methods reject if SQS refuses or does not answer. */
export interface Queues {
  readonly sendDeadLetter: (body: string, attributes: LetterAttributes) => Promise<void>
  /** Sends events of a sender to the changes queue, hidden for `seconds`, at most 900. If it rejects, some of them may have been sent. */
  readonly enqueue: (bodies: readonly string[], sender?: string, seconds?: number) => Promise<void>
  /** Makes messages invisible for `seconds` from now. */
  readonly delay: (
    delays: readonly { readonly message: Message; readonly seconds: number }[],
  ) => Promise<void>
}

/** Where a person was found: the member and, if known, the page of the scope's list that showed it. */
export interface PersonPlace {
  readonly member: string
  readonly page?: number
}

/** The memory of people and of the messages that name them. It rejects if the store or its secret does not answer; a write may then have happened. */
export interface PersonMemory {
  /** The key of a folded address: a keyed hash (`isPersonKey`), no personal data. */
  readonly key: (email: string) => Promise<string>
  /** Names the secret of the keys: another secret has another fingerprint. */
  readonly fingerprint: () => Promise<string>
  /** Where the person was found in a scope, given by name. Undefined if unknown or expired: the memory is only a shortcut. */
  readonly recall: (key: string, scope: string) => Promise<PersonPlace | undefined>
  readonly remember: (key: string, place: PersonPlace) => Promise<void>
  readonly forget: (key: string, member: string) => Promise<void>
  /** The record of a message, kept as long as SQS may deliver the message. Needs no secret. */
  readonly message: (messageId: string) => Promise<PersonRecord>
  /** Stores the record if the stored revision is the one before it. */
  readonly keep: (
    message: Pick<Message, 'id' | 'sentAt'>,
    record: PersonRecord,
  ) => Promise<'stored' | 'conflict'>
}

/** Whose members the protected people of a stage are in one scope. */
export interface Roster {
  /** The members of each person, by key. A person who is not there has none. */
  readonly members: Readonly<Record<string, readonly string[]>>
  /** When it must be read anew, in milliseconds since 1970. */
  readonly until: number
}

/** What was read of the lists about protected people. Scopes are given by name. */
export interface RosterMemory {
  /** Undefined if unknown or expired. */
  readonly recall: (scope: string) => Promise<Roster | undefined>
  readonly remember: (scope: string, members: Roster['members']) => Promise<Roster>
}

/** The fields of every log line about a message. */
interface MessageFacts extends Named {
  readonly messageId: string
  readonly receives: number
  /** The event's trace, if it names one. */
  readonly traceId?: string
}

/** One attempt that did not prove its change: one log line. Never holds payloads, tokens, names or e-mail addresses. */
export interface AttemptRecord extends MessageFacts, AttemptFacts {
  readonly effect: Effect['kind']
  /** The effect's cause or reason. */
  readonly cause?: string
  readonly status?: number
  readonly detail?: string
  /** The write may still land. */
  readonly unanswered?: true
  /** The breaker is open now. */
  readonly breakerOpen?: true
  /** After a refusal, the write restored the applied state. */
  readonly restoring?: true
}

/** The end of a message: one log line. It has the facts of the attempt that proved the change. */
export interface OutcomeRecord extends MessageFacts, Partial<AttemptFacts> {
  /** From `SentTimestamp` until now, in milliseconds. Absent where `effectMs` is there. */
  readonly ageMs?: number
  readonly outcome: MessageOutcome
  readonly reason?: Reason
  /** Of a change that is held: what holds it. */
  readonly guard?: GuardName
  readonly detail?: string
  readonly status?: number
  readonly unproven?: true
  /** The event that is applied instead. */
  readonly by?: string
  readonly differs?: true
  /** From `SentTimestamp` to proof, in milliseconds. */
  readonly effectMs?: number
  /** From the event's own time to proof, in milliseconds. */
  readonly timeToEffectMs?: number
  /**
   * Of a withdrawal that is applied or dead: from the event's own time to the proof, or until now, in milliseconds. A dead one
   * is still open.
   */
  readonly exposureMs?: number
  /** Of a re-assertion: who asked for it, and the plan that was applied. */
  readonly reassertedBy?: string
  readonly plan?: string
  /** For `resolved`: how many events were enqueued instead. */
  readonly events?: number
  /** The guard in shadow mode that would hold the change; for `shadow`, any guard. */
  readonly wouldHold?: GuardName
  /** For `shadow`: how the target's state compares with the change. */
  readonly shows?: Shows
}

/** A search for people in one scope: one log line. */
export interface SearchRecord {
  readonly target: string
  /** For example `wacht/<organizationId>`. */
  readonly scope: string
  /** How many people were searched for, how many of them were found, and how many members the list has. */
  readonly people: number
  readonly found: number
  readonly listed: number
  readonly calls: number
  readonly durationMs: number
  /** Why the search did not finish. Absent if it did. */
  readonly cause?: string
  readonly status?: number
}

/** Why and how long a message waits: one log line. */
export interface RetryRecord extends MessageFacts {
  /** From `SentTimestamp` until now, in milliseconds. */
  readonly ageMs: number
  readonly cause: RetryCause
  readonly seconds: number
  /** Of a withdrawal: from the event's own time until now, in milliseconds. */
  readonly exposureMs?: number
}

/** The consumer's logs and metrics. None of these throw. */
export interface Telemetry {
  readonly attempt: (record: AttemptRecord) => void
  readonly search: (record: SearchRecord) => void
  readonly outcome: (record: OutcomeRecord) => void
  readonly retry: (record: RetryRecord) => void
  /** Something failed. No message is lost. */
  readonly trouble: (what: string, error: unknown) => void
}
