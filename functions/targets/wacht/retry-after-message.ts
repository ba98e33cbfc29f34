import { type Answer, messageOf } from '../../core/outcome/http-answer.ts'
import type { Http } from '../target.ts'

/** Wacht may send a delay only in the error message, "Rate limit exceeded. Retry after N seconds". This reads it there. */
export const withMessageDelays =
  (http: Http): Http =>
  async request =>
    withMessageDelay(await http(request))

/** Adds the delay from the message to a 429 or 503 that has no `Retry-After` header. */
export function withMessageDelay(answer: Answer): Answer {
  if (answer.kind !== 'answered' || answer.retryAfterMs !== undefined) return answer
  if (answer.status !== 429 && answer.status !== 503) return answer
  const seconds = /retry after (\d{1,6}) ?s/i.exec(messageOf(answer.json))?.[1]
  return seconds === undefined ? answer : { ...answer, retryAfterMs: Number(seconds) * 1000 }
}
