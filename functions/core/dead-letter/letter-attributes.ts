import type { Named } from '../event/event.ts'
import type { History, Message, Trail } from '../event/sqs-message.ts'
import { redact, redactId } from '../redact.ts'
import type { Grounds } from './reason.ts'
import { claims } from './trail.ts'

/** The string attributes of a dead letter, valid for SQS: absent when empty. */
export type LetterAttributes = Readonly<Record<string, string>>

/** The most that the attributes of a letter take together, names and types included, in bytes. */
export const maxAttributeBytes = 8192

/**
 * The attributes that say why a message is a dead letter. Nothing of the message's own attributes is among them but its
 * history, as `claimed`. `now` is milliseconds since 1970.
 */
export function letterAttributes(
  message: Message,
  named: Named,
  grounds: Grounds,
  now: number,
): LetterAttributes {
  const trail: Trail = {
    detail: letterDetail(grounds.detail),
    ...(grounds.status === undefined ? {} : { status: grounds.status }),
    receives: message.receives,
    failedAt: new Date(now).toISOString(),
    ...claims(message.trail),
  }
  return attributesOf({
    reason: grounds.reason,
    target: named.target ?? '',
    member: named.member ?? '',
    event: redactId(named.event ?? ''),
    unproven: grounds.unproven ? 'true' : '',
    trail,
  })
}

/** A detail as a letter shows it: redacted, in the characters that SQS accepts, at most 500. */
export const letterDetail = (detail: string): string => valid(redact(detail), 500)

/**
 * Brings names and trail into what SQS accepts; of a trail that is too long the oldest edits go first,
 * and those that are claimed before all others.
 */
export function attributesOf({ trail, ...names }: LetterParts): LetterAttributes {
  const short = Object.entries(names).map(([key, value]) => [key, valid(value, 256)] as const)
  const attributes = Object.fromEntries(short.filter(([, value]) => value !== ''))
  const room = maxAttributeBytes - bytesOf({ ...attributes, trail: '' })
  return { ...attributes, trail: fitting(trail, room) }
}

interface LetterParts {
  readonly reason?: string
  readonly target?: string
  readonly member?: string
  readonly event?: string
  readonly unproven?: string
  readonly trail: Trail | History
}

/** What SQS counts: names, data types and values, in UTF-8. */
export const bytesOf = (attributes: LetterAttributes): number =>
  Object.entries(attributes).reduce((sum, [key, value]) => sum + Buffer.byteLength(`${key}String${value}`), 0)

/** One pass from the newest edit back: a trail comes from outside and may name tens of thousands of them. */
function fitting(trail: Trail & History, room: number): string {
  const { edits = [], claimed: { edits: old = [], ...claimed } = {}, ...rest } = trail
  const json = (own: readonly string[], theirs: readonly string[]) =>
    valid(
      JSON.stringify({
        ...rest,
        ...(own.length > 0 && { edits: own }),
        ...claims({ ...claimed, ...(theirs.length > 0 && { edits: theirs }) }),
      }),
    )
  /** What stands around the edits of a list that has some, with an edit of no characters. */
  const lists = [edits, old].map(list => list.slice(0, 1).map(() => '')) as [string[], string[]]
  let left = room - Buffer.byteLength(json(...lists)) + lists.flat().length * '"",'.length
  const newest = (list: readonly string[]): string[] => {
    const kept: string[] = []
    for (const edit of list.toReversed()) {
      const short = valid(edit, 256)
      left -= Buffer.byteLength(JSON.stringify(short)) + 1 // the comma before it, which the first one saves
      if (left < 0) break
      kept.unshift(short)
    }
    return kept
  }
  return json(newest(edits), newest(old))
}

/**
 * Only #x9, #xA, #xD, #x20–#xD7FF and #xE000–#xFFFD may stand in an attribute (SQS, SendMessage); anything else becomes
 * U+FFFD. At most `max` characters, where it is given.
 */
function valid(text: string, max?: number): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the rule is about control characters
  return text.replace(/[^\u0009\u000a\u000d\u0020-\ud7ff\ue000-\ufffd]/g, '\ufffd').slice(0, max)
}
