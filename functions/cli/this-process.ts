import { createDynamoDbClient } from './dynamodb.ts'
import { exit } from './exit.ts'
import { createSqsClient } from './sqs.ts'
import type { StopReason, World } from './world.ts'

/** The world of this process. A second Ctrl-C ends it at once; what must not be left behind then is cleared at its `exit`. */
export function thisProcess(): World {
  const stop = new AbortController()
  const stopFor = (reason: StopReason) => stop.abort(reason)
  let signals = 0
  const onSignal = () => {
    signals += 1
    if (signals > 1) process.exit(exit.interrupted)
    stopFor('interrupted')
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal)
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (stop.signal.aborted) return
      if (unread.includes(error.code ?? '')) return stopFor('unread')
      stopFor('unwritable')
      if (stream === process.stdout)
        process.stderr.write(`role-sync: cannot write its output: ${error.code}\n`)
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

/** The errors of a pipe, a socket or a terminal whose other end is gone. */
const unread = ['EPIPE', 'ECONNRESET', 'EIO', 'ERR_STREAM_DESTROYED']
