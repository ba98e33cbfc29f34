import type { Answer } from '../core/answer.ts'
import type { Send } from './http.ts'
import type { Http } from './target.ts'

/** Where a target's token comes from. Both reject with an error whose message may be shown: it never holds the secret. */
export interface Credentials {
  readonly token: () => Promise<string>
  /** Reads the secret afresh unless that was done a moment ago; undefined when the token is no other than before. */
  readonly refreshed: (rejected: string) => Promise<string | undefined>
}

/**
 * The `Http` of one invocation: adds the token, starts no request whose time-out could outlive `deadline` (milliseconds
 * since 1970), and repeats a call once when it was answered with 401 and the secret has changed since (DESIGN 6).
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
      const answer = await attempt(request, token)
      if (answer.kind === 'failed' || answer.status !== 401) return answer
      const fresh = await credentials.refreshed(token).catch(() => undefined)
      if (fresh === undefined) return answer
      const repeated = await attempt(request, fresh)
      return repeated === noTime ? answer : repeated
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
