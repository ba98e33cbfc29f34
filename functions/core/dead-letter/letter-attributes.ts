import type { Named } from '../event/event.ts'
import type { History, Message, Trail } from '../event/sqs-message.ts'
import { redact, redactId } from '../redact.ts'
import type { Grounds } from './reason.ts'
import { claims } from './trail.ts'

/** The string attributes of a dead letter, valid for SQS: absent when empty. */
export type LetterAttributes = Readonly<Record<string, string>>

/** The largest size of all attributes of a letter, names and types included, in bytes. */
export const maxAttributeBytes = 8192

/**
 * The attributes of a new dead letter. Of the message's own attributes only its history is kept, as `claimed`. `now` is
 * milliseconds since 1970.
 */
export function letterAttributes(
  message: Message,
  named: Named,
  grounds: Grounds,
  now: number,
): LetterAttributes {
  const trail: Trail = {
    detail: valid(redact(grounds.detail), 500),
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
    guard: grounds.guard ?? '',
    sender: message.sender ?? '',
    trail,
  })
}

/** Makes names and trail valid for SQS. A trail that is too long loses claimed edits first, the oldest first. */
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
  readonly guard?: string
  readonly sender?: string
  readonly trail: Trail | History
}

/** The size as SQS counts it: names, data types and values, in UTF-8. */
export const bytesOf = (attributes: LetterAttributes): number =>
  Object.entries(attributes).reduce((sum, [key, value]) => sum + Buffer.byteLength(`${key}String${value}`), 0)

/** Fits the trail into `room` bytes in one pass from the newest edit back. A trail may have tens of thousands of edits. */
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
  // The trail with one empty edit in each list that has any: its size without the edits.
  const lists = [edits, old].map(list => list.slice(0, 1).map(() => '')) as [string[], string[]]
  let left = room - Buffer.byteLength(json(...lists)) + lists.flat().length * '"",'.length
  const newest = (list: readonly string[]): string[] => {
    const kept: string[] = []
    for (const edit of list.toReversed()) {
      const short = valid(edit, 256)
      left -= Buffer.byteLength(JSON.stringify(short)) + 1 // 1 for the comma
      if (left < 0) break
      kept.unshift(short)
    }
    return kept
  }
  return json(newest(edits), newest(old))
}

/**
 * Replaces characters that SQS refuses with U+FFFD, and cuts to `max` characters. Valid are #x9, #xA, #xD, #x20–#xD7FF and
 * #xE000–#xFFFD (SQS, SendMessage).
 */
export function valid(text: string, max?: number): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the rule is about control characters
  return text.replace(/[^\u0009\u000a\u000d\u0020-\ud7ff\ue000-\ufffd]/g, '\ufffd').slice(0, max)
}
