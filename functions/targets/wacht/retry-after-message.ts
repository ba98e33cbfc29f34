import { type Answer, messageOf } from '../../core/outcome/http-answer.ts'
import type { Http } from '../target.ts'

/**
 * Wacht may say how long to wait only in the words of the error, "Rate limit exceeded. Retry after N seconds", without
 * the header: reads it there.
 */
export const hearingDelays =
  (http: Http): Http =>
  async request =>
    withSpokenDelay(await http(request))

/** The answer with the delay in its message, where it is throttled or unavailable and no header gave one. */
export function withSpokenDelay(answer: Answer): Answer {
  if (answer.kind !== 'answered' || answer.retryAfterMs !== undefined) return answer
  if (answer.status !== 429 && answer.status !== 503) return answer
  const seconds = /retry after (\d{1,6}) ?s/i.exec(messageOf(answer.json))?.[1]
  return seconds === undefined ? answer : { ...answer, retryAfterMs: Number(seconds) * 1000 }
}
