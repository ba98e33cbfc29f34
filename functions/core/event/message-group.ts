import { parseJson } from '../json.ts'
import { asObject } from '../outcome/http-answer.ts'

/** What SQS takes as a MessageGroupId (SendMessage): 1 to 128 letters, digits and punctuation marks of ASCII. */
const isGroup = (text: string): boolean => /^[!-~]{1,128}$/.test(text)

/** The group of bodies that name no source: whoever sends them shares one place. */
export const noSourceGroup = 'no-source'

/**
 * The message group of an event's body: its CloudEvents `source`, or the source's hash where SQS would not take that. By it
 * SQS tells sources apart: when one of them fills the queue, the messages of the others are given out first (fair queues).
 * It never throws, whatever the body. `hash` answers with hexadecimal digits.
 */
export function messageGroupOf(body: string, hash: (text: string) => string): string {
  const json = parseJson(body)
  const source = json.ok ? asObject(json.value)?.source : undefined
  if (typeof source !== 'string' || source === '') return noSourceGroup
  return isGroup(source) ? source : hash(source)
}
