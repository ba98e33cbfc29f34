/**
 * `npm start` with workers that can be struck: over the IPC channel it is told how. Nothing of the product knows of it; the
 * class that the runner starts its workers with is another one here.
 */
import { syncBuiltinESMExports } from 'node:module'
import { carryOut } from './carry-out.ts'
import type { Strike, Struck } from './protocol.ts'
import { FragileWorker } from './worker.ts'

const tell = (struck: Struck) => {
  if (process.connected) process.send?.(struck)
}
FragileWorker.onTimeOut = () => tell({ struck: 'timed out' })
const threads = process.getBuiltinModule('node:worker_threads')
threads.Worker = new Proxy(threads.Worker, {
  construct: (Worker, [file, options]: ConstructorParameters<typeof FragileWorker>) =>
    String(file).endsWith('/lambda-worker.ts') ? new FragileWorker(file, options) : new Worker(file, options),
})
syncBuiltinESMExports()

process.on('message', async (strike: Strike) => tell(await carryOut(strike)))
process.channel?.unref()
await import('../../../infra/local/start.ts')
