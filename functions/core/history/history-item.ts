import type { Reason } from '../dead-letter/reason.ts'
import type { Named } from '../event/event.ts'
import { type Instant, instantOf } from '../event/instant.ts'
import type { Message } from '../event/sqs-message.ts'
import { traceOf } from '../event/traceparent.ts'
import type { Version } from '../event/version.ts'
import type { Desired } from '../ledger/desired-state.ts'
import type { Applied, ProofFacts } from '../ledger/ledger-entry.ts'
import type { Final, MessageOutcome } from '../outcome/verdict.ts'
import { scopeOf } from '../people/person-event.ts'
import { redactId } from '../redact.ts'
import { expiryAttribute } from '../resource-names.ts'

/** What the history keeps of one message that ended (functions/README.md#the-record). `member` and `version` are its key. */
export interface HistoryItem extends ProofFacts {
  /** The member, or `message/<message id>`. */
  readonly member: string
  /** Event time, sequence, message id and outcome, as sortable text. */
  readonly version: string
  readonly outcome: MessageOutcome
  /** When the change was proven; for other outcomes when the message ended. RFC 3339 in UTC, with milliseconds. */
  readonly at: string
  readonly message: string
  readonly event?: string
  readonly source?: string
  readonly time?: Instant
  readonly sequence?: string
  readonly desired?: Desired
  readonly reason?: Reason
  readonly status?: number
  readonly unproven?: true
  /** The event that is applied instead. */
  readonly by?: string
  /** For `resolved`: how many events were enqueued instead. */
  readonly events?: number
  /** The key of the index by event. */
  readonly sourceEvent?: string
  /** The key of the index by scope. */
  readonly scope?: string
  /** Seconds since 1970. Absent: the item stays. */
  readonly [expiryAttribute]?: number
}

/** A message that ended, with what is known of its event. */
export interface Settled {
  readonly message: Message
  readonly named: Named
  readonly verdict: Final
  /** The event's version, if it could be read. */
  readonly version?: Version | undefined
  readonly change?: { readonly desired: Desired; readonly role?: string } | undefined
}

/** The largest partition key of DynamoDB, in bytes. */
const maxKeyBytes = 2048

/** The key of the index by event: `<source>/<id>`, redacted. `hash` shortens an id with which the key is too long. */
export function sourceEventOf(source: string, id: string, hash: (text: string) => string): string {
  const key = `${redactId(source)}/${redactId(id)}`
  return Buffer.byteLength(key) <= maxKeyBytes ? key : `${redactId(source)}/${hash(id)}`
}

/** What a proof keeps of its message, so that the ledger can tell it later. */
export function proofFacts({ receives, trail, body }: Message, role: string | undefined): ProofFacts {
  const traceId = traceOf(body)?.traceId
  const plan = trail?.plan
  return {
    receives,
    ...(role !== undefined && { role }),
    ...(traceId !== undefined && { traceId }),
    ...(plan !== undefined && { claimedPlan: redactId(plan) }),
  }
}

/** The sort key. The time is sortable as it is: a blank is less than a point or a digit. */
const sortKey = (time: Instant, sequence: string, message: string, outcome: string): string =>
  `${time} ${String(sequence.length).padStart(2, '0')}${sequence} ${message} ${outcome}`

const eventFields = ({ time, sequence, source, id }: Version, hash: (text: string) => string) => ({
  ...{ event: redactId(id), source: redactId(source), time },
  ...(sequence !== '' && { sequence }),
  sourceEvent: sourceEventOf(source, id, hash),
})

/** The item of a proof: always the same for the same `applied`. `expires` is given once it is replaced. */
export function proofItem(
  member: string,
  { version, event: _, message, desired, at, ...facts }: Applied,
  hash: (text: string) => string,
  expires?: number,
): HistoryItem {
  return {
    ...{ member, version: sortKey(version.time, version.sequence, message, 'applied'), outcome: 'applied' },
    ...{ at: rfc3339(at), message, ...eventFields(version, hash), desired, scope: scopeOf(member), ...facts },
    ...(expires !== undefined && { [expiryAttribute]: expires }),
  }
}

/** The item of a message that ended without a proof of its own, at `now`, in milliseconds since 1970. */
export function endItem(
  { message, named, verdict, version, change }: Settled,
  now: number,
  hash: (text: string) => string,
  expires?: number,
): HistoryItem {
  const { member, event, source } = named
  const outcome = verdict.kind === 'dead' ? 'dead' : verdict.outcome
  const time = version?.time ?? instantOf(message.sentAt)
  return {
    member: member ?? `message/${message.id}`,
    version: sortKey(time, version?.sequence ?? '', message.id, outcome),
    ...{ outcome, at: rfc3339(now), message: message.id },
    ...(version
      ? eventFields(version, hash)
      : {
          ...(event !== null && { event: redactId(event) }),
          ...(source !== null && { source: redactId(source) }),
          ...(event !== null && source !== null && { sourceEvent: sourceEventOf(source, event, hash) }),
        }),
    ...(change && member !== null && { desired: change.desired, scope: scopeOf(member) }),
    ...proofFacts(message, change?.role),
    ...endFields(verdict),
    ...(expires !== undefined && { [expiryAttribute]: expires }),
  }
}

function endFields(verdict: Final): Pick<HistoryItem, 'reason' | 'status' | 'unproven' | 'by' | 'events'> {
  if (verdict.kind === 'dead') {
    const { reason, status, unproven } = verdict.letter
    return { reason, ...(status !== undefined && { status }), ...(unproven && { unproven }) }
  }
  const { by, events } = verdict
  return { ...(by !== undefined && { by: redactId(by) }), ...(events !== undefined && { events }) }
}

const rfc3339 = (ms: number): string => new Date(ms).toISOString()
