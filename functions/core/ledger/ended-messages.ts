import type { Grounds } from '../dead-letter/reason.ts'
import { isPast, type Version } from '../event/version.ts'
import { messageRetentionMs } from '../sqs-limits.ts'
import { withoutApproved } from './guarded-change.ts'
import type { Attempt, EndedMessage, Entry } from './ledger-entry.ts'

/** The most that the ended messages of one entry take, in bytes of JSON: some hundreds of them. DynamoDB stores 400 KB. */
const maxEndedBytes = 65_536

/** The detail of a letter that is sent again. The ledger stores no text of a target: it may name a person. */
export const sentAgain =
  'this message ended before; the words of the target are in its first letter and in its log line `attempt`'

/** The letter of a message that ended before. SQS delivers it again: it ends with this letter, and nothing is sent to the target. */
export function endedLetter(entry: Entry | undefined, message: string): Grounds | undefined {
  const ended = entry?.ended?.find(each => each.message === message)
  return ended && { ...ended.letter, detail: sentAgain }
}

/**
 * The entry with one more ended message, the newest first. The approval that the message used ends. The entry must be stored before
 * the letter is sent. Messages that SQS no longer keeps are dropped; `now` is milliseconds since 1970.
 */
export function withEnded(
  entry: Entry,
  { message, version }: Pick<Attempt, 'message' | 'version'>,
  { detail: _, ...letter }: Grounds,
  now: number,
): Entry {
  let left = maxEndedBytes
  const fits = (each: EndedMessage): boolean => {
    left -= Buffer.byteLength(JSON.stringify(each))
    return left >= 0
  }
  const before = (entry.ended ?? []).filter(({ at }) => now - at < messageRetentionMs)
  const settled = withoutApproved(entry, each => each.message !== message)
  return { ...settled, ended: [{ message, version, at: now, letter }, ...before].filter(fits) }
}

/** The entry without the ended messages, the approvals and the re-assertions that `applied` finishes (rule 1 of `open`). */
export function withoutFinished({ ended = [], reasserted: _, ...rest }: Entry, applied: Version): Entry {
  const isNewer = ({ version }: { readonly version: Version }) => !isPast(version, applied)
  const entry = withoutApproved(rest, isNewer)
  const newer = ended.filter(isNewer)
  return newer.length === 0 ? entry : { ...entry, ended: newer }
}
