import { createDynamoDbClient } from './dynamodb.ts'
import { createSqsClient } from './sqs.ts'
import type { StopReason, World } from './world.ts'

/** The world of this process. A second Ctrl-C ends it at once. */
export function thisProcess(): World {
  const stop = new AbortController()
  const stopFor = (reason: StopReason) => stop.abort(reason)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopFor('interrupted'))
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
      stopFor('unread')
    })
  }
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    sqs: () => createSqsClient(process.env),
    dynamodb: () => createDynamoDbClient(process.env),
    now: Date.now,
    wait: ms => new Promise(resolve => setTimeout(resolve, ms)),
    stop: stop.signal,
  }
}
