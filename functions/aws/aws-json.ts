import { createHash, createHmac, createSecretKey } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { SignatureV4 } from '@smithy/signature-v4'
import { asObject, parseJson } from '../core/json.ts'

/** A service of AWS. */
export interface AwsService {
  /** Its name in signatures and host names: `dynamodb`. */
  readonly name: string
  /** The variable that names another endpoint; else `AWS_ENDPOINT_URL` does. */
  readonly endpointVariable: string
  /** The path of its requests. The root unless it is given. */
  readonly path?: string
}

/** A service of AWS that speaks JSON over HTTP. */
export interface JsonService extends AwsService {
  /** What stands before the action in `x-amz-target`. */
  readonly target: string
  readonly version: '1.0' | '1.1'
}

/** The variables of a function's environment. */
export type AwsEnvironment = Readonly<Record<string, string | undefined>>

/** An action and its input. `repeatable`: a second request does no harm if the first one is not answered. */
export type JsonCall = (action: string, input: object, repeatable: boolean) => Promise<object>

/** A service refused a request. `name` is the type of the error, and `answer` the JSON with its other fields. */
export class AwsError extends Error {
  readonly answer: Readonly<Record<string, unknown>>
  readonly status: number
  constructor(status: number, answer: Readonly<Record<string, unknown>> = {}) {
    const { __type, message = answer.Message } = answer
    super(typeof message === 'string' ? message : `status ${status}`)
    this.name = typeof __type === 'string' ? (__type.split('#').at(-1) as string) : 'UnreadableAnswer'
    this.answer = answer
    this.status = status
  }
}

/** How long a request waits for its answer, in milliseconds. */
export const timeoutMs = 1000

/** The wait before a throttled request is sent again: 25 to 75 ms. */
const throttledMs = 25

/** A throttled request did nothing. */
const throttled: ReadonlySet<string> = new Set([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
])

/** SHA-256, as the signer wants it. Node takes five times as long for a key that is given as bytes. */
class Sha256 {
  readonly #hash
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    const key = typeof secret === 'string' ? secret : secret && createSecretKey(secret as Uint8Array)
    this.#hash = key === undefined ? createHash('sha256') : createHmac('sha256', key)
  }
  update(data: Uint8Array): void {
    this.#hash.update(data)
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest()
  }
  reset(): void {
    throw new Error('a hash is used once')
  }
}

/** Posts a signed body to an address. Rejects if no whole answer comes in time. */
export type Transport = (
  address: URL,
  headers: Readonly<Record<string, string>>,
  body: string,
) => Promise<{ readonly status: number; readonly text: string }>

/** By Node's own `fetch`, which adds nothing to a bundle: for a function that makes few requests. */
const overFetch: Transport = async (address, { host: _, ...headers }, body) => {
  const signal = AbortSignal.timeout(timeoutMs)
  const answer = await fetch(address, { method: 'POST', headers, body, signal, redirect: 'manual' })
  return { status: answer.status, text: await answer.text() }
}

/** How a service is reached. */
export interface ServiceOptions {
  /** Region, credentials and endpoints. The process's own unless given. */
  readonly env?: AwsEnvironment | undefined
  /** Node's `fetch` unless given. */
  readonly transport?: Transport | undefined
}

/** Where requests to a service go. */
export function endpointOf(
  { name, endpointVariable }: AwsService,
  { AWS_REGION: region = '', ...env }: AwsEnvironment,
): URL {
  const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'
  return new URL(env[endpointVariable] || env.AWS_ENDPOINT_URL || `https://${name}.${region}.${domain}`)
}

/** Signs a request with AWS's own signer and posts it to a service. Rejects if no whole answer comes in time. */
export type SignedPost = (headers: Readonly<Record<string, string>>, body: string) => ReturnType<Transport>

/** Creates the signed requests to a service. Region, endpoint and credentials are those of the environment. */
export function createSignedPost(
  service: AwsService,
  { env = process.env, transport = overFetch }: ServiceOptions = {},
): SignedPost {
  const region = env.AWS_REGION ?? ''
  const { path = '/' } = service
  const address = new URL(path, endpointOf(service, env))
  const signer = new SignatureV4({
    service: service.name,
    region,
    sha256: Sha256,
    applyChecksum: false,
    credentials: {
      accessKeyId: env.AWS_ACCESS_KEY_ID ?? '',
      secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? '',
      ...(env.AWS_SESSION_TOKEN !== undefined && { sessionToken: env.AWS_SESSION_TOKEN }),
    },
  })

  return async (given, body) => {
    const { headers } = await signer.sign({
      method: 'POST',
      protocol: address.protocol,
      hostname: address.hostname,
      path,
      headers: { host: address.host, ...given },
      body,
    })
    return transport(address, headers, body)
  }
}

/**
 * Calls a service that speaks JSON. A request that was throttled is sent once more, and one that is not answered or fails inside the
 * service only if it is repeatable: what an unanswered write did is for the caller to find out. Rejects with `AwsError`, or without
 * an answer with the transport's error.
 */
export function createJsonCall(service: JsonService, options?: ServiceOptions): JsonCall {
  const post = createSignedPost(service, options)

  const request = async (action: string, body: string): Promise<object> => {
    const headers = {
      'content-type': `application/x-amz-json-${service.version}`,
      'x-amz-target': `${service.target}.${action}`,
    }
    const { status, text } = await post(headers, body)
    const parsed = parseJson(text)
    const json = parsed.ok ? asObject(parsed.value) : undefined
    if (status === 200 && json) return json
    throw new AwsError(status, json)
  }

  return async (action, input, repeatable) => {
    const body = JSON.stringify(input)
    try {
      return await request(action, body)
    } catch (error) {
      if (error instanceof AwsError && throttled.has(error.name)) {
        await setTimeout(throttledMs * (1 + 2 * Math.random()))
      } else if (!repeatable || (error instanceof AwsError && error.status < 500)) throw error
      return request(action, body)
    }
  }
}
