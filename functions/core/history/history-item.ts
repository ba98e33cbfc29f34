import type { GuardName, Reason } from '../dead-letter/reason.ts'
import type { Change, Ends, Named } from '../event/event.ts'
import { type Instant, instantOf } from '../event/instant.ts'
import type { Message } from '../event/sqs-message.ts'
import { traceOf } from '../event/traceparent.ts'
import type { Version } from '../event/version.ts'
import type { Shows } from '../guard/shadow.ts'
import type { Desired } from '../ledger/desired-state.ts'
import type { Applied, ProofFacts } from '../ledger/ledger-entry.ts'
import { endOf, type Final, type MessageOutcome } from '../outcome/verdict.ts'
import { scopeOf } from '../people/person-event.ts'
import { redactId } from '../redact.ts'
import { expiryAttribute } from '../resource-names.ts'

/** What the history keeps of one message that ended (functions/README.md#the-record). `member` and `version` are its key. */
export interface HistoryItem extends ProofFacts {
  /** The member, or `message/<message id>`. */
  readonly member: string
  /** Event time, sequence, message id, outcome and dates, as sortable text. */
  readonly version: string
  readonly outcome: MessageOutcome
  /** When the change was proven; for other outcomes when the message ended. RFC 3339 in UTC, with milliseconds. */
  readonly at: string
  readonly message: string
  readonly event?: string | undefined
  readonly source?: string | undefined
  readonly time?: Instant | undefined
  /** As in the event's version: when it takes effect, if it says so, and whether it is the end of a change. */
  readonly from?: Instant | undefined
  readonly end?: true | undefined
  readonly sequence?: string | undefined
  readonly desired?: Desired | undefined
  readonly reason?: Reason | undefined
  readonly status?: number | undefined
  readonly unproven?: boolean | undefined
  /** For `held`: what holds the change. */
  readonly guard?: GuardName | undefined
  /** The event that is applied instead. */
  readonly by?: string | undefined
  /** For `resolved`: how many events were enqueued instead. */
  readonly events?: number | undefined
  /** For `shadow`: how the target's state compared with the change, and the state, if it is short. */
  readonly shows?: Shows | undefined
  readonly shown?: Desired | undefined
  /** Of a re-assertion: who asked for it, and the plan that was applied. */
  readonly reassertedBy?: string | undefined
  readonly plan?: string | undefined
  /** The key of the index by event. */
  readonly sourceEvent?: string | undefined
  /** The key of the index by scope. */
  readonly scope?: string | undefined
  /** Seconds since 1970. Absent: the item stays. */
  readonly [expiryAttribute]?: number | undefined
}

/** A message that ended, with what is known of its event. */
export interface Settled {
  readonly message: Message
  readonly named: Named
  readonly verdict: Final
  /** The event's version, if it could be read. */
  readonly version?: Version | undefined
  readonly change?: Pick<Change, 'desired' | 'role' | 'reasserts' | 'ends'> | undefined
}

/** The largest partition key of DynamoDB, in bytes. */
const maxKeyBytes = 2048

/** The key of the index by event: `<source>/<id>`, redacted. `hash` shortens an id with which the key is too long. */
export function sourceEventOf(source: string, id: string, hash: (text: string) => string): string {
  const key = `${redactId(source)}/${redactId(id)}`
  return Buffer.byteLength(key) <= maxKeyBytes ? key : `${redactId(source)}/${hash(id)}`
}

/** A plan is named by its hash, which is no secret. Any other text comes from a producer. */
const planName = (plan: string): string => (/^[0-9a-f]{64}$/.test(plan) ? plan : redactId(plan))

/** What a proof keeps of its message, so that the ledger can tell it later. */
export const proofFacts = (
  { receives, trail, body, sender }: Message,
  { role, ends }: Pick<Change, 'role' | 'ends'> = {},
): ProofFacts => ({
  ...{ receives, role, traceId: traceOf(body)?.traceId, sender },
  ends: ends && { at: ends.at, role: ends.role },
  claimedPlan: trail?.plan && planName(trail.plan),
})

/**
 * The sort key. The time is sortable as it is: a blank is less than a point or a digit. One message may prove a change, and its end later. The dates
 * are in it too: every index has the key.
 */
function sortKey(
  { from, time, sequence, end }: Pick<Version, 'time' | 'sequence' | 'end' | 'from'>,
  ends: Pick<Ends, 'at'> | undefined,
  message: string,
  outcome: string,
): string {
  const order = `${time} ${String(sequence.length).padStart(2, '0')}${sequence}`
  const since = from === undefined ? '' : ` from ${from}`
  const until = end && ends ? ` end ${ends.at}` : ''
  return `${order} ${message} ${outcome}${since}${until}`
}

/** The dates in the sort key of an item: from when its change counts, and the instant of the end that it is. */
export function datesIn({ version }: Pick<HistoryItem, 'version'>): {
  readonly from?: Instant
  readonly end?: Instant
} {
  const [, from] = / from (\S+)/.exec(version) ?? []
  const [, end] = / end (\S+)$/.exec(version) ?? []
  return { ...(from !== undefined && { from }), ...(end !== undefined && { end }) }
}

/** The names of an event, redacted, and its key in the index. */
const namesOf = (source: string | null, id: string | null, hash: (text: string) => string) => ({
  event: id === null ? undefined : redactId(id),
  source: source === null ? undefined : redactId(source),
  sourceEvent: source === null || id === null ? undefined : sourceEventOf(source, id, hash),
})

/** The item of a proof: always the same for the same `applied`. `expires` is given once it is replaced. */
export function proofItem(
  member: string,
  { version, event: _, message, desired, at, ...facts }: Applied,
  hash: (text: string) => string,
  expires?: number,
): HistoryItem {
  const { from, time, sequence, source, id, end } = version
  return {
    ...{
      member,
      version: sortKey(version, facts.ends, message, 'applied'),
      outcome: 'applied',
      at: rfc3339(at),
    },
    ...{ message, ...namesOf(source, id, hash), from, time, sequence: sequence || undefined, end, desired },
    ...{ scope: scopeOf(member), ...facts, [expiryAttribute]: expires },
  }
}

/** What is told of a re-assertion. */
export const reassertFacts = (
  change: Settled['change'],
): { readonly reassertedBy?: string; readonly plan?: string } => {
  const { by, plan } = change?.reasserts ?? {}
  return { ...(by !== undefined && { reassertedBy: redactId(by) }), ...(plan !== undefined && { plan }) }
}

/** The item of a message that ended without a proof of its own, at `now`, in milliseconds since 1970. */
export function endItem(
  { message, named, verdict, version, change }: Settled,
  now: number,
  hash: (text: string) => string,
  expires?: number,
): HistoryItem {
  const { member, event, source } = named
  const { from, time = instantOf(message.sentAt), sequence = '', end: isEnd } = version ?? {}
  const end =
    verdict.kind === 'dead'
      ? { ...endOf(verdict.letter), detail: undefined }
      : {
          ...{ outcome: verdict.outcome, by: verdict.by && redactId(verdict.by), events: verdict.events },
          wouldHold: verdict.wouldHold,
          ...shadowed(verdict),
        }
  return {
    ...{
      member: member ?? `message/${message.id}`,
      version: sortKey({ ...version, time, sequence }, change?.ends, message.id, end.outcome),
    },
    ...{ at: rfc3339(now), message: message.id, ...namesOf(source, event, hash) },
    ...{ from, time: version?.time, sequence: sequence || undefined, end: isEnd, desired: change?.desired },
    scope: change && scopeOf(member as string),
    ...proofFacts(message, change),
    ...reassertFacts(change),
    ...end,
    [expiryAttribute]: expires,
  }
}

/** What a shadowed change would have met. The state is the target's own text. */
const shadowed = ({ shadow }: Extract<Final, { kind: 'done' }>) =>
  shadow && { ...shadow, ...(shadow.shown && { shown: redactedState(shadow.shown) }) }

const redactedState = (state: Desired): Desired =>
  Object.fromEntries(
    Object.entries(state).map(([field, value]) => [
      field,
      typeof value === 'string' ? redactId(value) : typeof value === 'boolean' ? value : value.map(redactId),
    ]),
  )

const rfc3339 = (ms: number): string => new Date(ms).toISOString()
