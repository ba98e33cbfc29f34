import type { Environment } from './cli-world.ts'
import { Failure, Unavailable } from './exit-codes.ts'

/** The services that the command line calls, by the prefix of their permissions. */
const services = {
  sqs: 'SQS',
  dynamodb: 'DynamoDB',
  lambda: 'Lambda',
  secretsmanager: 'Secrets Manager',
  cloudwatch: 'CloudWatch',
  logs: 'CloudWatch Logs',
  events: 'EventBridge',
  sns: 'SNS',
} as const

export type Service = (typeof services)[keyof typeof services]

const nameOf = (error: unknown): string => (error as Error | undefined)?.name ?? ''

/** Whether an error says that there is no such resource. */
export const isMissing = (error: unknown): boolean =>
  /^(ResourceNotFound|NotFound)|QueueDoesNotExist|NonExistentQueue/.test(nameOf(error))

/** Whether an error says that these credentials may not do this. */
export const isDenied = (error: unknown): boolean => /^(AccessDenied|AuthorizationError)/.test(nameOf(error))

/** Turns the error of a read into one line that names the permission of the read, such as `sqs:GetQueueUrl`. */
export function explainRead(error: unknown, env: Environment, permission: string): Failure {
  if (isDenied(error))
    return new Unavailable(`no permission ${permission}`, 'ask an administrator to add it to your IAM policy')
  const service = services[permission.split(':')[0] as keyof typeof services]
  if (nameOf(error) === 'UnknownOperationException')
    return new Failure(
      `${endpointOf(env, service)} does not offer ${permission}`,
      'nothing to do on a local stage: it has only the services that changes need',
    )
  return explain(error, env, service)
}

/** Turns an error of the AWS SDK into one line for the operator. */
export function explain(error: unknown, env: Environment, service: Service = 'SQS'): Failure {
  const { name = 'Error', message = '' } = (error ?? {}) as Partial<Error>
  const code = codeOf(error)
  const text = message.replaceAll(/\s+/g, ' ').trim()
  if (/CredentialsProviderError|TokenProviderError/.test(name)) {
    return new Failure(
      `no AWS credentials (${text}): set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY`,
    )
  }
  if (/Region is missing/.test(text)) return new Failure('no AWS region: set AWS_REGION')
  if (code === 'ERR_INVALID_URL') return new Failure(`${endpointOf(env, service)} is not a URL`)
  if (
    /^(ExpiredToken|InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch|InvalidSignature)/.test(
      name,
    )
  ) {
    return new Failure(`AWS refuses the credentials: ${text || name}`)
  }
  if (isDenied(error))
    return new Unavailable(`access denied; check the permissions of these credentials: ${text || name}`)
  if (code !== undefined || name === 'TimeoutError') {
    return new Failure(
      `cannot reach ${service} at ${endpointOf(env, service)}: ${code ?? 'no answer in time'}`,
    )
  }
  return new Failure(`${service}: ${name}: ${text}`)
}

/** The endpoint from the environment. As in the SDK, the variable of the service goes first. */
function endpointOf(env: Environment, service: Service): string {
  const own = `AWS_ENDPOINT_URL_${service.toUpperCase().replace(' ', '_')}`
  const name = [own, 'AWS_ENDPOINT_URL'].find(variable => env[variable])
  return name === undefined
    ? `its endpoint in ${env.AWS_REGION || env.AWS_DEFAULT_REGION || 'the region'}`
    : `${env[name]} (${name})`
}

/** The system error code (ECONNREFUSED …). If several addresses were tried, that of the first. */
function codeOf(error: unknown): string | undefined {
  const { code, errors, cause } = (error ?? {}) as { code?: unknown; errors?: unknown[]; cause?: unknown }
  if (typeof code === 'string') return code
  const inner = errors?.[0] ?? cause
  return inner === undefined ? undefined : codeOf(inner)
}

/** The options of every AWS client of the command line. A person waits, so the timeouts are long. */
export const clientOptionsOf = (env: Environment) => ({
  ...regionOf(env),
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 5000, requestTimeout: 15_000, throwOnRequestTimeout: true },
})

/** Reads AWS_DEFAULT_REGION too, as the aws CLI does. The SDK reads only AWS_REGION and profiles. */
function regionOf({ AWS_REGION, AWS_DEFAULT_REGION }: Environment): { region?: string } {
  const region = AWS_REGION || AWS_DEFAULT_REGION
  return region ? { region } : {}
}
