import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import * as v from 'valibot'
import { clientOptions } from './client.ts'

/** How often a secret is read afresh after a 401, at most, in milliseconds (DESIGN 6). */
const refreshEveryMs = 30_000

/** How long a secret that could not be read is not asked for again, in milliseconds. */
const retryEveryMs = 1000

/** A token must be able to stand in a header: visible ASCII, nothing else. */
const secretSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ token: v.pipe(v.string(), v.regex(/^[\x21-\x7e]+$/)) }),
)

/** Reads the string of a secret. */
export type ReadSecret = () => Promise<string | undefined>

/** Reads a secret of Secrets Manager by its ARN. */
export function secretReader(arn: string, client = new SecretsManagerClient(clientOptions)): ReadSecret {
  return async () => (await client.send(new GetSecretValueCommand({ SecretId: arn }))).SecretString
}

/**
 * The token in a secret of the form `{"token":"…"}`, kept for the life of the instance. Rejects, with a message that never
 * holds the secret, when it cannot be read or has another form; `trouble` is told once each time it is read in vain.
 */
export function createCredentials(
  name: string,
  read: ReadSecret,
  now: () => number,
  trouble: (what: string, error: unknown) => void,
) {
  let current: Promise<string> | undefined
  let failedAt: number | undefined
  let refreshedAt = Number.NEGATIVE_INFINITY

  const load = async (): Promise<string> => {
    try {
      return parseToken(name, await read().catch(unreadable(name)))
    } catch (error) {
      trouble('the messages of a target go again until its secret can be read', error)
      throw error
    }
  }
  /** Concurrent calls share one reading; one that failed is not repeated at once. */
  const token = (): Promise<string> => {
    if (!current || (failedAt !== undefined && now() - failedAt >= retryEveryMs)) {
      failedAt = undefined
      current = load()
      current.catch(() => {
        failedAt = now()
      })
    }
    return current
  }

  return {
    token,
    refreshed: async (rejected: string): Promise<string | undefined> => {
      const known = await token()
      if (known !== rejected) return known
      if (now() - refreshedAt >= refreshEveryMs) {
        refreshedAt = now()
        current = load().catch(() => known) // a failed reading does not take away the token there is
      }
      const latest = await token()
      return latest === rejected ? undefined : latest
    },
  }
}

const unreadable = (name: string) => (error: unknown) => {
  throw new Error(`the secret of ${name} could not be read: ${(error as Error)?.name ?? 'unknown error'}`)
}

function parseToken(name: string, text: string | undefined): string {
  const result = v.safeParse(secretSchema, text)
  if (result.success) return result.output.token
  throw new Error(
    `the secret of ${name} must be JSON of the form {"token":"…"} with a token of visible ASCII`,
  )
}
