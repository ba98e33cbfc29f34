import type { ServerResponse } from 'node:http'
import type { Ending } from '../lambda/invocation.ts'

/** Answers by itself, as API Gateway does where no function is asked. */
export function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ message }))
}

/** What a function returns for a request, in payload format 2.0. */
interface Returned {
  readonly statusCode?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly isBase64Encoded?: boolean
}

/** Passes on what the function returned; one that failed is an error of the server, and its words stay here. */
export function passOn(response: ServerResponse, ending: Ending): void {
  if (ending.kind !== 'returned') return void refuse(response, 500, 'Internal Server Error')
  const { statusCode, headers = {}, body = '', isBase64Encoded } = (ending.value ?? {}) as Returned
  if (statusCode === undefined) return void refuse(response, 500, 'Internal Server Error')
  response.writeHead(statusCode, headers).end(Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'))
}
