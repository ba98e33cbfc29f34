/** A worker of the local stack that can be held: the file that it would be, and a port on which to hear for how long. */
import { type MessagePort, workerData } from 'node:worker_threads'

const { file, holds } = workerData as { file: string; holds: MessagePort }
const never = new Int32Array(new SharedArrayBuffer(4))
holds.on('message', (ms: number) => Atomics.wait(never, 0, 0, ms))
holds.unref()
await import(file)
