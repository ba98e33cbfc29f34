import * as v from 'valibot'
import { createJsonCall, type ServiceOptions } from './aws-json.ts'
import { keepSecret, type ReadSecret, type SecretForm } from './cached-secret.ts'

export type { ReadSecret }

/** A token must be valid in a header: visible ASCII only. */
const form: SecretForm<string> = {
  schema: v.pipe(
    v.string(),
    v.parseJson(),
    v.object({ token: v.pipe(v.string(), v.regex(/^[\x21-\x7e]+$/)) }),
    v.transform(({ token }) => token),
  ),
  words: 'JSON of the form {"token":"…"}, its value in visible ASCII',
}

/** How many tokens are remembered: the current one and the ones before. */
const mostTokens = 3

/** Reads a secret of Secrets Manager by its ARN: its current version, unless another stage is named. */
export function secretReader(
  arn: string,
  options?: ServiceOptions,
  VersionStage?: 'AWSPREVIOUS',
): ReadSecret {
  const call = createJsonCall(
    {
      ...{ name: 'secretsmanager', target: 'secretsmanager', version: '1.1' },
      endpointVariable: 'AWS_ENDPOINT_URL_SECRETS_MANAGER',
    },
    options,
  )
  return async () => {
    const input = { SecretId: arn, ...(VersionStage && { VersionStage }) }
    const { SecretString }: { SecretString?: unknown } = await call('GetSecretValue', input, true)
    return typeof SecretString === 'string' ? SecretString : undefined
  }
}

/**
 * The token in a secret of the form `{"token":"…"}`, kept for the life of the instance. Rejects if the secret cannot be read or has a
 * wrong form; the message never holds the secret. Calls `trouble` for each failed read. `tokens` returns the recent tokens.
 */
export function createCredentials(
  name: string,
  read: ReadSecret,
  now: () => number,
  trouble: (what: string, error: unknown) => void,
) {
  const told = (error: unknown) =>
    trouble('secret of a target not readable; its messages are retried until it is', error)
  const { value, refreshed } = keepSecret(name, form, read, now, told)
  const tokens: string[] = []
  const noted = <T extends string | undefined>(token: T): T => {
    if (token !== undefined && !tokens.includes(token)) tokens.unshift(token)
    tokens.length = Math.min(tokens.length, mostTokens)
    return token
  }
  return {
    token: () => value().then(noted),
    refreshed: (rejected: string) => refreshed(rejected).then(noted),
    tokens: () => tokens as readonly string[],
  }
}
