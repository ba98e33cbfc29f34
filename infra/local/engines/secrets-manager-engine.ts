import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { type Listening, listen } from '../../../functions/cli/loopback/loopback-listener.ts'

type Answer = { status: number; body: Record<string, unknown> }

const failed = (type: string, message: string): Answer => ({
  status: 400,
  body: { __type: type, message, Message: message },
})

/** The local ARN of a secret, by name. It ends in six characters, as in AWS. */
export const secretArn = (region: string, name: string) =>
  `arn:aws:secretsmanager:${region}:000000000000:secret:${name}-local0`

/** Starts Secrets Manager with only GetSecretValue. `secrets`: the values by name. */
export async function startSecrets(
  { port, region }: { readonly port: number; readonly region: string },
  secrets: ReadonlyMap<string, string>,
): Promise<Listening> {
  const answer = (target: string | undefined, body: string): Answer => {
    if (target !== 'secretsmanager.GetSecretValue') {
      return failed(
        'UnknownOperationException',
        `${target}: the local Secrets Manager supports only GetSecretValue`,
      )
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
