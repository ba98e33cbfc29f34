import type { Decision } from '../event/version.ts'
import { scopeOf } from '../people/person-event.ts'
import { redactId } from '../redact.ts'

/** How far ahead of its instant a due item is put on the queue, in milliseconds. What is due sooner is not stored: its message waits. */
export const dueAheadMs = 300_000

/** The partitions of the table: so many changes of one instant are no hot partition. */
export const dueShards: readonly string[] = Array.from({ length: 16 }, (_, n) => String(n))

/** Half of a change with dates: its beginning (`data.from`) or its end (`data.until`). */
export type DueHalf = 'begin' | 'end'

/** A message that is kept until its instant. It is never changed. `shard` and `due` are its key. */
export interface DueItem {
  readonly shard: string
  /** Instant, `w` for a withdrawal or `g`, and a hash of the change, as sortable text. */
  readonly due: string
  /** The instant, in milliseconds since 1970. */
  readonly at: number
  readonly half: DueHalf
  /** The message body that is sent when it is due. Of an event that names a person the table has it encrypted. */
  readonly body: string
  /** Who sent the event. Absent where nothing is guarded. */
  readonly sender?: string | undefined
  readonly withdraws?: true | undefined
  /** The member and its scope. Absent if the event names a person. */
  readonly member?: string | undefined
  readonly scope?: string | undefined
  /** The sort key of the index by scope: the member and the instant. */
  readonly memberDue?: string | undefined
  /** The event, redacted. */
  readonly source: string
  readonly event: string
  readonly role?: string | undefined
}

/** A due item as those see it who only look: the body of an event that names a person is encrypted. */
export type StoredDue = Omit<DueItem, 'body'> & { readonly body?: string }

/** A half that is to be kept. */
export interface DueFacts extends Pick<DueItem, 'at' | 'half' | 'body' | 'sender' | 'withdraws' | 'role'> {
  /** The decision of the event. */
  readonly version: Decision
  /** Null if the event names a person. */
  readonly member: string | null
}

/**
 * The item of a half: the same for every delivery of an event. `hash` gives hexadecimal digits. Two decisions with one id have two items; the
 * body is not in the hash, because it can name a person. Throws a RangeError if the instant is no date.
 */
export function dueItemOf(
  { at, half, body, sender, withdraws, role, version, member }: DueFacts,
  hash: (text: string) => string,
): DueItem {
  const { time, sequence, source, id } = version
  const instant = new Date(at).toISOString()
  const digest = hash(JSON.stringify([source, id, time, sequence, half, member]))
  return {
    shard: String(Number.parseInt(digest.slice(0, 4), 16) % dueShards.length),
    due: `${instant}/${withdraws ? 'w' : 'g'}/${digest}`,
    ...{ at, half, body, sender, withdraws, role, source: redactId(source), event: redactId(id) },
    ...(member !== null && { member, scope: scopeOf(member), memberDue: `${member}/${instant}` }),
  }
}

/** The end of the keys whose instant is at most `at`, in milliseconds since 1970: each of these keys is less. */
export const dueKeysUntil = (at: number): string => new Date(at + 1).toISOString()

/** Sorts due items as they are sent: withdrawals first, then by their instant. */
export const inDueOrder = (a: DueItem, b: DueItem): number =>
  Number(b.withdraws ?? false) - Number(a.withdraws ?? false) || a.at - b.at

/** How long SQS has to keep an item from consumers, in whole seconds: never visible before its instant, at once if it is late. */
export const delaySeconds = ({ at }: Pick<DueItem, 'at'>, now: number): number =>
  Math.max(0, Math.ceil((at - now) / 1000))
