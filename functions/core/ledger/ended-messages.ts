import { letterDetail } from '../dead-letter/letter-attributes.ts'
import type { Grounds } from '../dead-letter/reason.ts'
import { compareVersions, type Version } from '../event/version.ts'
import type { Attempt, EndedMessage, Entry } from './ledger-entry.ts'

/** How many ended messages an entry keeps: the newest of them. */
export const mostEnded = 10

/** The letter of a message that has ended already. SQS repeats the message: it ends with the same letter, and nothing is sent. */
export const endedLetter = (entry: Entry | undefined, message: string): Grounds | undefined =>
  entry?.ended?.find(each => each.message === message)?.letter

/** The entry with one more ended message. It must be stored before the letter is sent. */
export function withEnded(
  entry: Entry,
  { message, version }: Pick<Attempt, 'message' | 'version'>,
  letter: Grounds,
): Entry {
  const kept: EndedMessage = { message, version, letter: { ...letter, detail: letterDetail(letter.detail) } }
  return { ...entry, ended: [kept, ...(entry.ended ?? [])].slice(0, mostEnded) }
}

/** The entry without the ended messages that `applied` finishes (rule 1 of `open`). */
export function withoutFinished({ ended = [], ...entry }: Entry, applied: Version): Entry {
  const newer = ended.filter(({ version }) => compareVersions(version, applied) > 0)
  return newer.length === 0 ? entry : { ...entry, ended: newer }
}
