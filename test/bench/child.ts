import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** A process of this bench that answers every message with one. */
export interface Child {
  /** Sends a message and resolves to the answer; rejects when the process ends first. */
  readonly ask: <T>(message: object) => Promise<T>
  /** Resolves to what it says next by itself. */
  readonly answered: <T>() => Promise<T>
  readonly process: ChildProcess
  stop(): Promise<void>
}

/** What a child inherits besides what it is given: enough for Node itself. */
const inherited = { PATH: process.env.PATH ?? '' }

/** Starts a file of this folder as a process; `stdout` is what becomes of its output. */
export function startChild(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  stdout: 'ignore' | 'pipe' | 'inherit' = 'ignore',
): Child {
  const child = fork(join(import.meta.dirname, file), args, {
    env: { ...inherited, ...env },
    stdio: ['ignore', stdout, 'inherit', 'ipc'],
    execArgv: ['--disable-warning=ExperimentalWarning', ...(process.env.BENCH_NODE_ARGS?.split(' ') ?? [])],
  })
  /** One question at a time: whoever asks waits for the answer. */
  const answered = async <T>(): Promise<T> => {
    const waiting = new AbortController()
    const { signal } = waiting
    try {
      const [message] = (await Promise.race([
        once(child, 'message', { signal }),
        once(child, 'exit', { signal }),
      ])) as [{ answer: T; error?: string } | number | null]
      if (typeof message !== 'object' || message === null) throw new Error(`${file} ended with ${message}`)
      if (message.error !== undefined) throw new Error(message.error)
      return message.answer
    } finally {
      waiting.abort()
    }
  }
  return {
    process: child,
    answered,
    ask: message => {
      child.send(message)
      return answered()
    },
    stop: async () => {
      if (child.exitCode !== null) return
      const exit = once(child, 'exit')
      child.disconnect()
      await exit
    },
  }
}
