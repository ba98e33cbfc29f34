import type { Readable, Writable } from 'node:stream'
import type { SQSClient } from '@aws-sdk/client-sqs'
import { createSqsClient } from './sqs.ts'

/** A stream that may be a terminal. */
export type Output = Writable & { readonly isTTY?: boolean; readonly columns?: number }

/** The environment's variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Why a command was told to stop: Ctrl-C, or nobody reads its output any more (`| head`). */
export type StopReason = 'interrupted' | 'unread'

/** All that a command touches outside itself; tests hand it another one. */
export interface World {
  readonly stdin: Readable
  readonly stdout: Output
  readonly stderr: Output
  readonly env: Environment
  /** A new client of SQS; only commands that need a queue ask for one. */
  readonly sqs: () => SQSClient
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly wait: (ms: number) => Promise<void>
  /** Aborted, with a `StopReason`, when the command is to finish what it has begun and end. */
  readonly stop: AbortSignal
}

/** The world of this process. A second Ctrl-C ends it at once. */
export function thisProcess(): World {
  const stop = new AbortController()
  const stopFor = (reason: StopReason) => stop.abort(reason)
  process.once('SIGINT', () => stopFor('interrupted'))
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
    now: Date.now,
    wait: ms => new Promise(resolve => setTimeout(resolve, ms)),
    stop: stop.signal,
  }
}
