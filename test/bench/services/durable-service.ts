import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { listening } from '../../support/server.ts'
import { createExecutions, executionArn } from './durable-executions.ts'

const invokePath = /^\/2015-03-31\/functions\/[^/]+\/invocations/
const checkpointPath = /^\/2025-12-01\/durable-executions\/([^/]+)\/checkpoint$/

/** Lambda's part of durable functions: starts executions and takes checkpoints; invokes nothing. Resolves to its URL. */
export async function startDurableService(): Promise<string> {
  const executions = createExecutions()
  const server = createServer(async (request, response) => {
    const body = await text(request)
    const path = request.url ?? ''
    const execution = checkpointPath.exec(path)?.[1]
    const answer = () => {
      if (execution !== undefined) {
        const { CheckpointToken, Updates = [] } = JSON.parse(body)
        return executions.checkpoint(decodeURIComponent(execution), CheckpointToken, Updates)
      }
      const name = request.headers['x-amz-durable-execution-name']
      if (invokePath.test(path) && typeof name === 'string') return executions.start(executionArn(name), body)
      return { status: 404, body: { Type: 'ResourceNotFoundException', Message: path } }
    }
    const { status, body: json } = answer()
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json))
  })
  server.keepAliveTimeout = 60_000
  return `http://127.0.0.1:${await listening(server)}`
}
