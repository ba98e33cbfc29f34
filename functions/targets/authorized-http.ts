import { type Answer, isSuccess, messageOf } from '../core/outcome/http-answer.ts'
import { withoutSecrets } from '../core/without-secrets.ts'
import type { Send } from './http-client.ts'
import type { Http } from './target.ts'

/** Where a target's token comes from. Both reject with an error whose message may be shown: it never holds the secret. */
export interface Credentials {
  readonly token: () => Promise<string>
  /** Reads the secret afresh unless that was done a moment ago; undefined when the token is no other than before. */
  readonly refreshed: (rejected: string) => Promise<string | undefined>
  /** The tokens of late, the present one included: a target may quote any of them. */
  readonly tokens?: () => readonly string[]
}

/** The most characters of a target's words that are kept. */
const mostWords = 2000

/**
 * The `Http` of one invocation: adds the token, starts no request whose time-out could outlive `deadline` (milliseconds
 * since 1970), and repeats a call once when it was answered with 401 and the secret has changed since. Of an
 * error nothing is kept but the words in its JSON, and those without any token.
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
      const discreet = (answer: Answer, ...used: string[]) =>
        withoutTokens(answer, [...used, ...(credentials.tokens?.() ?? [])])
      const answer = await attempt(request, token)
      if (answer.kind === 'failed' || answer.status !== 401) return discreet(answer, token)
      const fresh = await credentials.refreshed(token).catch(() => undefined)
      if (fresh === undefined) return discreet(answer, token)
      const repeated = await attempt(request, fresh)
      return discreet(repeated === noTime ? answer : repeated, token, fresh)
    } catch (error) {
      return { kind: 'failed', failure: 'no_credentials', detail: String((error as Error)?.message ?? error) }
    }
  }
}

const noTime: Answer = {
  kind: 'failed',
  failure: 'no_time',
  detail: 'not enough time left in this invocation',
}

/** The content of a success is only compared, and stays as it is: an id may have characters in common with a token. */
function withoutTokens(answer: Answer, tokens: readonly string[]): Answer {
  if (answer.kind === 'failed') return answer
  const clean = (text: string) => withoutSecrets(text, tokens)
  const { json, ...rest } = answer
  const { unreadable } = rest
  const shown = unreadable?.contentType
    ? { ...rest, unreadable: { ...unreadable, contentType: clean(unreadable.contentType) } }
    : rest
  if (isSuccess(answer.status)) return { ...shown, json }
  const words = messageOf(json).slice(0, mostWords)
  return words === '' ? shown : { ...shown, json: { message: clean(words) } }
}
