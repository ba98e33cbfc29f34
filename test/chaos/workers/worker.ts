import { MessageChannel, Worker, type WorkerOptions } from 'node:worker_threads'
import type { Doing } from './protocol.ts'

/** A worker of the local stack that knows what it is doing, and can be killed or held at any moment. */
export class FragileWorker extends Worker {
  static readonly living = new Set<FragileWorker>()
  /** Called when the runner ends one in the middle of an invocation. */
  static onTimeOut = () => {}
  doing: Doing = 'loading'
  readonly #holds

  constructor(file: string | URL, { workerData, ...options }: WorkerOptions = {}) {
    const { port1, port2 } = new MessageChannel()
    super(new URL('./thread.ts', import.meta.url), {
      ...options,
      workerData: { ...workerData, file: String(file), holds: port2 },
      transferList: [port2],
    })
    this.#holds = port1
    FragileWorker.living.add(this)
    this.on('exit', () => {
      FragileWorker.living.delete(this)
      port1.close()
    })
    // Told before the runner hears of it: what it says in answer is the next invocation.
    this.on('message', ({ kind }: { kind: string }) => {
      if (kind !== 'output') this.doing = 'nothing'
    })
  }

  override postMessage(...told: Parameters<Worker['postMessage']>): void {
    this.doing = 'invocation'
    super.postMessage(...told)
  }

  /** As the runner ends it. */
  override terminate(): Promise<number> {
    if (this.doing === 'invocation') FragileWorker.onTimeOut()
    return this.kill()
  }

  kill(): Promise<number> {
    FragileWorker.living.delete(this)
    return super.terminate()
  }

  /** Its event loop stands still for so long, from the next turn on. */
  hold(ms: number): void {
    this.#holds.postMessage(ms)
  }
}
