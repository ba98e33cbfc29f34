import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { listen } from '../loopback/loopback-listener.ts'
import type { EngineOptions } from './engine.ts'

/** Secrets Manager on this machine: it answers GetSecretValue and nothing else. */
export interface SecretsEngine {
  readonly url: string
  stop(): Promise<void>
}

type Answer = { status: number; body: Record<string, unknown> }

const failed = (type: string, message: string): Answer => ({
  status: 400,
  body: { __type: type, message, Message: message },
})

/** The ARN under which the secret of that name is found here; AWS ends it in six random characters, too. */
export const secretArn = (region: string, name: string) =>
  `arn:aws:secretsmanager:${region}:000000000000:secret:${name}-local0`

/** Starts Secrets Manager over `secrets`, by name; a secret that is not in there does not exist. */
export async function startSecrets(
  { port, region }: EngineOptions,
  secrets: ReadonlyMap<string, string>,
): Promise<SecretsEngine> {
  const answer = (target: string | undefined, body: string): Answer => {
    if (target !== 'secretsmanager.GetSecretValue') {
      return failed('UnknownOperationException', `${target}: only GetSecretValue is there locally`)
    }
    const { SecretId: id } = JSON.parse(body) as { SecretId?: string }
    const found = [...secrets].find(([name]) => id === name || id === secretArn(region, name))
    if (!found) return failed('ResourceNotFoundException', "Secrets Manager can't find the specified secret.")
    const [name, value] = found
    return {
      status: 200,
      body: { ARN: secretArn(region, name), Name: name, SecretString: value, VersionStages: ['AWSCURRENT'] },
    }
  }
  const server = createServer(async (request, response) => {
    const { status, body } = answer(request.headers['x-amz-target']?.toString(), await text(request))
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body))
  })
  return listen(server, port)
}
