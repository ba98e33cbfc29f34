import { type Answer, isSuccess, messageOf } from '../core/outcome/http-answer.ts'
import { withoutSecrets } from '../core/without-secrets.ts'
import type { Send } from './http-client.ts'
import type { Http } from './target.ts'

/** The source of a target's token. Both functions reject with an error whose message never holds the secret. */
export interface Credentials {
  readonly token: () => Promise<string>
  /** Reads the secret again, unless it was read a moment ago. Undefined when the token has not changed. */
  readonly refreshed: (rejected: string) => Promise<string | undefined>
  /** The recent tokens, the current one included: a target may quote any of them. */
  readonly tokens?: () => readonly string[]
}

/** How much of a target's error message is kept, in characters. */
const maxMessageLength = 2000

/**
 * The `Http` of one invocation. It adds the token. It starts no request whose timeout could end after `deadline` (milliseconds
 * since 1970). After a 401 it repeats the call once if the secret has changed. Of an error answer it keeps only the message
 * of its JSON, with all tokens removed.
 */
export function authorized(
  send: Send,
  credentials: Credentials,
  timeoutMs: number,
  deadline: number,
  now: () => number,
): Http {
  const attempt = async (request: Parameters<Http>[0], token: string): Promise<Answer> =>
    now() + timeoutMs > deadline ? noTime : send(request, token)

  return async request => {
    try {
      const token = await credentials.token()
      const redacted = (answer: Answer, ...used: string[]) =>
        withoutTokens(answer, [...used, ...(credentials.tokens?.() ?? [])])
      const answer = await attempt(request, token)
      if (answer.kind === 'failed' || answer.status !== 401) return redacted(answer, token)
      const fresh = await credentials.refreshed(token).catch(() => undefined)
      if (fresh === undefined) return redacted(answer, token)
      const repeated = await attempt(request, fresh)
      return redacted(repeated === noTime ? answer : repeated, token, fresh)
    } catch (error) {
      return { kind: 'failed', failure: 'no_credentials', detail: String((error as Error)?.message ?? error) }
    }
  }
}

/** The same way, for GET requests alone: whoever only reads a target cannot write to it. */
export const readOnly =
  (http: Http): Http =>
  async request =>
    request.method === 'GET'
      ? http(request)
      : { kind: 'failed', failure: 'no_time', detail: 'a read must not write' }

const noTime: Answer = {
  kind: 'failed',
  failure: 'no_time',
  detail: 'not enough time left in this invocation',
}

/** Removes tokens, but not from the JSON of a 2xx: that is only compared, and an id may contain a short token. */
function withoutTokens(answer: Answer, tokens: readonly string[]): Answer {
  if (answer.kind === 'failed') return answer
  const clean = (text: string) => withoutSecrets(text, tokens)
  const { json, ...rest } = answer
  const { unreadable } = rest
  const shown = unreadable?.contentType
    ? { ...rest, unreadable: { ...unreadable, contentType: clean(unreadable.contentType) } }
    : rest
  if (isSuccess(answer.status)) return { ...shown, json }
  const message = messageOf(json).slice(0, maxMessageLength)
  return message === '' ? shown : { ...shown, json: { message: clean(message) } }
}
