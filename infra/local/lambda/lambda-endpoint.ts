import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { type Listening, listen } from '../../../functions/cli/loopback/loopback-listener.ts'
import type { FunctionDescription, MappingDescription } from '../template/template-functions.ts'
import type { Pool } from './instance-pool.ts'
import type { Ending } from './lambda-invocation.ts'

/** The functions and mappings of a template, as Lambda's API describes them. */
export interface DescribedFunctions {
  readonly functions: readonly FunctionDescription[]
  readonly mappings: readonly MappingDescription[]
  /** The address of a function's URL, by the function's ARN. */
  readonly urls?: ReadonlyMap<string, string>
}

interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** The path of Invoke (Lambda API, 2015-03-31). A name may be an ARN, and may end in a version. */
const invokePath = /^\/2015-03-31\/functions\/([^/?]+)\/invocations(?:\?|$)/

/** The path of GetFunctionConfiguration (Lambda API, 2015-03-31). */
const configurationPath = /^\/2015-03-31\/functions\/([^/]+)\/configuration$/

/** The path of GetFunctionUrlConfig (Lambda API, 2021-10-31). */
const urlPath = /^\/2021-10-31\/functions\/([^/]+)\/url$/

/** The maximum of log in an answer, in bytes. */
const maxTailBytes = 4096

const refused = (status: number, type: string, message: string): Answer => ({
  status,
  headers: { 'x-amzn-errortype': type },
  body: { Type: 'User', Message: message, message },
})

/**
 * Starts Lambda with Invoke and three reads. It refuses the calls of other services in the same way, so that it can be the endpoint of
 * all services that are not here. `functions`: by name. Rejects with EADDRINUSE if the port is in use.
 */
export async function startLambda(
  port: number,
  functions: ReadonlyMap<string, Pool>,
  described: DescribedFunctions = { functions: [], mappings: [] },
): Promise<Listening> {
  const invoke = async (pool: Pool, payload: string, wantsTail: boolean): Promise<Answer> => {
    let event: unknown
    try {
      event = JSON.parse(payload || '{}')
    } catch {
      return refused(400, 'InvalidRequestContentException', 'Could not parse request body into json')
    }
    const { ending, lines } = await pool.invoke(event)
    const tail = Buffer.from(lines.join('\n')).subarray(-maxTailBytes).toString('base64')
    const headers = { 'x-amz-executed-version': '$LATEST', ...(wantsTail && { 'x-amz-log-result': tail }) }
    if (ending.kind === 'returned') return { status: 200, headers, body: ending.value ?? null }
    return {
      ...{ status: 200, headers: { ...headers, 'x-amz-function-error': 'Unhandled' } },
      body: failureOf(ending),
    }
  }
  const server = createServer(async (request, response) => {
    const name = nameIn(request.url)
    const pool = name === undefined ? undefined : functions.get(name)
    const payload = await text(request)
    const answer = async (): Promise<Answer> => {
      const read = request.method === 'GET' ? readAnswer(request.url ?? '', described) : undefined
      if (read) return { status: 200, body: read }
      if (read === null) return refused(404, 'ResourceNotFoundException', 'Function not found')
      if (request.method !== 'POST' || name === undefined) {
        const message =
          'the local Lambda supports only Invoke, GetFunctionConfiguration, GetFunctionUrlConfig and ListEventSourceMappings'
        return refused(404, 'UnknownOperationException', message)
      }
      if (!pool) return refused(404, 'ResourceNotFoundException', `Function not found: ${name}`)
      const type = request.headers['x-amz-invocation-type'] ?? 'RequestResponse'
      if (type === 'DryRun') return { status: 204 }
      const invoked = invoke(pool, payload, request.headers['x-amz-log-type'] === 'Tail')
      return type === 'Event' ? { status: 202 } : invoked
    }
    const { status, headers = {}, body } = await answer()
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(body === undefined ? '' : JSON.stringify(body))
  })
  return listen(server, port)
}

/**
 * The answer to GetFunctionConfiguration, GetFunctionUrlConfig or ListEventSourceMappings, with the fields that the command line reads. Null if there is
 * no such function, undefined if it is another call.
 */
function readAnswer(
  url: string,
  { functions, mappings, urls }: DescribedFunctions,
): object | null | undefined {
  const { pathname, searchParams } = new URL(url, 'http://local')
  if (pathname === '/2015-03-31/event-source-mappings') {
    const of = searchParams.get('FunctionName')
    const listed = mappings.filter(mapping => mapping.function.name === of)
    return {
      EventSourceMappings: listed.map(mapping => ({
        ...{ EventSourceArn: mapping.queueArn, FunctionArn: mapping.function.arn, State: 'Enabled' },
      })),
    }
  }
  const [, withUrl] = urlPath.exec(pathname) ?? []
  if (withUrl !== undefined) {
    const FunctionUrl = urls?.get(functions.find(({ name }) => name === withUrl)?.arn ?? '')
    return FunctionUrl === undefined ? null : { FunctionUrl, AuthType: 'AWS_IAM' }
  }
  const [, name] = configurationPath.exec(pathname) ?? []
  if (name === undefined) return undefined
  const found = functions.find(each => each.name === name)
  if (!found) return null
  const { arn: FunctionArn, environment: Variables } = found
  return { FunctionName: name, FunctionArn, State: 'Active', Environment: { Variables } }
}

function nameIn(url = ''): string | undefined {
  // Only the colons of an ARN are escaped.
  const name = invokePath.exec(url)?.[1]?.replace(/%3a/gi, ':')
  const [, inArn] = /:function:([^:]+)/.exec(name ?? '') ?? []
  return inArn ?? name?.split(':')[0]
}

/** The answer of Lambda for a failed invocation. */
interface FunctionError {
  readonly errorType: string
  readonly errorMessage: string
  readonly trace?: readonly string[]
}

/** Lambda's answer for a failed invocation. */
export function failureOf(ending: Exclude<Ending, { kind: 'returned' }>): FunctionError {
  switch (ending.kind) {
    case 'threw': {
      const [first = '', ...trace] = ending.error.split('\n')
      const [, errorType = 'Error', errorMessage = first] =
        /^(\w*(?:Error|Exception)): (.*)$/.exec(first) ?? []
      return { errorType, errorMessage, trace: trace.map(line => line.trim()) }
    }
    case 'timedOut': {
      const errorMessage = `Error: Task timed out after ${(ending.afterMs / 1000).toFixed(2)} seconds`
      return { errorType: 'Sandbox.Timedout', errorMessage }
    }
    case 'exited':
      return { errorType: 'Runtime.ExitError', errorMessage: ending.error }
    default:
      return ending satisfies never
  }
}
