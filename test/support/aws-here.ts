import { json, type Seen, startServer } from './server.ts'

/** One call of AWS: the name of the action, and what it asks for. */
export interface Called {
  readonly action: string
  readonly input: Readonly<Record<string, unknown>>
}

/**
 * AWS as the handler of a function finds it when a test loads it: a server on loopback that answers each action as told, and
 * the environment that names it. What has no answer is answered with an empty object.
 */
export async function startAwsHere(
  answers: Readonly<Record<string, (input: Called['input']) => unknown>>,
  env: (url: string) => Readonly<Record<string, string>>,
) {
  const calls: Called[] = []
  const called = ({ headers, body }: Seen): Called => ({
    action: String(headers['x-amz-target']).split('.').at(-1) ?? '',
    input: JSON.parse(body) as Called['input'],
  })
  const server = await startServer((response, seen) => {
    const call = called(seen)
    calls.push(call)
    json(response, 200, answers[call.action]?.(call.input) ?? {})
  })
  Object.assign(process.env, {
    ...{ AWS_ENDPOINT_URL: server.url, AWS_REGION: 'eu-central-1' },
    ...{ AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' },
    ...{ POWERTOOLS_SERVICE_NAME: 'role-sync', POWERTOOLS_METRICS_NAMESPACE: 'RoleSync' },
    ...env(server.url),
  })
  return {
    calls,
    /** What an action was asked for, each time. */
    inputs: (action: string) => calls.filter(call => call.action === action).map(({ input }) => input),
    stop: server.stop,
  }
}
