import { randomUUID } from 'node:crypto'
import { Worker } from 'node:worker_threads'
import type { FunctionDescription } from '../template/template-functions.ts'
import type { Ending, Invocation } from './lambda-invocation.ts'
import type { Invoke, Told, WorkerBeginning } from './worker-protocol.ts'

/** One execution environment. It runs one invocation at a time. */
export interface Instance {
  /** False after an invocation timed out or ended the process. */
  readonly alive: boolean
  /** Runs the handler once; never rejects. */
  invoke(event: unknown, requestId?: string): Promise<Invocation>
  stop(): Promise<void>
}

/** The limit of Lambda for loading a function. */
const initTimeoutMs = 10_000

/**
 * Starts a worker for the function, with only `environment` as its environment. `onLine` gets each line at once; the invocation
 * also holds its lines.
 */
export function startInstance(
  description: FunctionDescription,
  environment: Readonly<Record<string, string>>,
  onLine: (line: string) => void,
): Instance {
  const { name, arn, folder, handler, memoryMiB, timeoutMs } = description
  const workerData: WorkerBeginning = { name, arn, folder, handler, memoryMiB }
  const worker = new Worker(new URL('./lambda-worker.ts', import.meta.url), {
    workerData,
    env: { ...environment },
  })
  let alive = true
  let lines: string[] = []
  let failure = ''
  let end: (ending: Ending) => void = () => {}

  const reader = lineReader(line => {
    lines.push(line)
    onLine(line)
  })
  const ready = new Promise<void>(resolve => {
    worker.on('message', (told: Told) => {
      if (told.kind === 'output') reader.read(told.stream, told.text)
      else if (told.kind === 'ready') resolve()
      else end(told)
    })
  })
  worker.on('error', error => {
    failure = String((error as Error).stack ?? error)
  })
  const exited = new Promise<void>(resolve => {
    worker.on('exit', code => {
      alive = false
      end({ kind: 'exited', error: failure || `exit code ${code}` })
      resolve()
    })
  })

  const within = async (ms: number, ending: Promise<Ending>): Promise<Ending> => {
    const timer = setTimeout(() => end({ kind: 'timedOut', afterMs: ms }), ms)
    const result = await ending
    clearTimeout(timer)
    if (result.kind === 'timedOut') {
      alive = false
      await worker.terminate()
    }
    return result
  }
  const next = () =>
    new Promise<Ending>(resolve => {
      end = resolve
      if (!alive) end({ kind: 'exited', error: failure || 'before it was invoked' })
    })

  return {
    get alive() {
      return alive
    },
    invoke: async (event, requestId = randomUUID()) => {
      lines = []
      const loaded = next()
      ready.then(() => end({ kind: 'returned', value: undefined }))
      const load = await within(initTimeoutMs, loaded)
      if (load.kind !== 'returned') return { ending: load, lines }
      const called = next()
      const invoke: Invoke = { requestId, event, deadline: Date.now() + timeoutMs }
      worker.postMessage(invoke)
      return { ending: await within(timeoutMs, called), lines }
    },
    stop: async () => {
      await worker.terminate()
      await exited
    },
  }
}

/** Splits output into lines, separately for each stream. A chunk may end within a line. */
function lineReader(onLine: (line: string) => void) {
  const rest = { stdout: '', stderr: '' }
  return {
    read: (stream: keyof typeof rest, text: string) => {
      const lines = (rest[stream] + text).split('\n')
      rest[stream] = lines.pop() ?? ''
      for (const line of lines) if (line.trim() !== '') onLine(line)
    },
  }
}
