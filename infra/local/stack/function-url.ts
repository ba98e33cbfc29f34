import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { type Listening, listen } from '../../../functions/cli/loopback/loopback-listener.ts'
import type { Pool } from '../lambda/instance-pool.ts'
import { describeEnding } from '../lambda/lambda-invocation.ts'
import { passOn, refuse, routedEvent } from './api-gateway.ts'

/** The limit of Lambda for a request, in bytes. */
const maxBodyBytes = 6 * 1024 * 1024

/**
 * Serves a function's URL with `AWS_IAM` on loopback. Whoever signs is believed without a look at the signature: the access key id is
 * the name of a user. The invocation has the id of the request, as in Lambda. Rejects with EADDRINUSE when the port is taken.
 */
export async function startFunctionUrl(
  port: number,
  pool: Pool,
  onTrouble: (text: string) => void,
): Promise<Listening> {
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await buffer(request)
    const iam = callerOf(request.headers.authorization)
    if (!iam) return refuse(response, 403, 'Forbidden')
    if (body.length > maxBodyBytes) return refuse(response, 413, 'Request Entity Too Large')
    const { requestContext, ...event } = routedEvent(request, '$default', body)
    const { ending } = await pool.invoke(
      { ...event, requestContext: { ...requestContext, authorizer: { iam } } },
      requestContext.requestId,
    )
    if (ending.kind !== 'returned') onTrouble(`function URL ${describeEnding(ending)}`)
    passOn(response, ending)
  }
  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy()) // the sender is gone
  })
  return listen(server, port)
}

/** The caller of a request signed for Lambda, as Lambda describes it (Developer Guide, function URLs, request payload). */
function callerOf(authorization = ''): object | undefined {
  const signed = /^AWS4-HMAC-SHA256 Credential=([\w+=,.@-]+)\/\d{8}\/[\w-]+\/lambda\/aws4_request,/
  const [, accessKey] = signed.exec(authorization) ?? []
  if (accessKey === undefined) return undefined
  const accountId = '000000000000'
  return { accessKey, accountId, userArn: `arn:aws:iam::${accountId}:user/${accessKey}`, userId: accessKey }
}
