/** What a runner and its worker thread say to each other; a port keeps the order in which it was said. */

/** To the worker. */
export interface Invoke {
  readonly requestId: string
  readonly event: unknown
  /** When the invocation is cut off: milliseconds of the epoch. */
  readonly deadline: number
}

/** From the worker: output before the result it belongs to. */
export type Told =
  | { readonly kind: 'ready' }
  | { readonly kind: 'output'; readonly stream: 'stdout' | 'stderr'; readonly text: string }
  | { readonly kind: 'returned'; readonly value: unknown }
  | { readonly kind: 'threw'; readonly error: string }

/** What a worker is started with. */
export interface WorkerBeginning {
  /** The folder of the bundled asset. */
  readonly folder: string
  /** `file.export`. */
  readonly handler: string
  readonly name: string
  readonly arn: string
  readonly memoryMiB: number
}
