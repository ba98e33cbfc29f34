/**
 * One execution environment of a function, in a worker thread. It loads the bundled asset and runs one invocation at a time. Output
 * goes through the same port as results, so that the lines of an invocation come before its result. The streams are replaced before
 * the handler loads.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parentPort, workerData } from 'node:worker_threads'
import type { Invoke, Told, WorkerBeginning } from './worker-protocol.ts'

const port = parentPort!
const { folder, handler, name, arn, memoryMiB } = workerData as WorkerBeginning
const tell = (told: Told) => port.postMessage(told)

for (const stream of ['stdout', 'stderr'] as const) {
  process[stream].write = ((chunk: string | Uint8Array, ...rest: unknown[]) => {
    tell({ kind: 'output', stream, text: typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString() })
    const done = rest.find(argument => typeof argument === 'function') as (() => void) | undefined
    done?.()
    return true
  }) as typeof process.stdout.write
}

const [file = '', exported = ''] = handler.split('.')
const path = ['mjs', 'cjs', 'js'].map(suffix => join(folder, `${file}.${suffix}`)).find(existsSync)
if (!path) throw new Error(`${folder} has no ${file}.mjs, .cjs or .js`)
const run = (await import(pathToFileURL(path).href))[exported]
if (typeof run !== 'function') throw new Error(`${path} does not export the function ${exported}`)

port.on('message', async ({ requestId, event, deadline }: Invoke) => {
  const context = {
    functionName: name,
    functionVersion: '$LATEST',
    invokedFunctionArn: arn,
    memoryLimitInMB: String(memoryMiB),
    awsRequestId: requestId,
    logGroupName: `/aws/lambda/${name}`,
    logStreamName: 'local',
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => deadline - Date.now(),
  }
  try {
    tell({ kind: 'returned', value: await run(event, context) })
  } catch (error) {
    tell({ kind: 'threw', error: error instanceof Error ? (error.stack ?? String(error)) : String(error) })
  }
})
tell({ kind: 'ready' })
