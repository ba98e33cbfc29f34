/** The messages between a runner and its worker thread. A port keeps their order. */

/** To the worker. */
export interface Invoke {
  readonly requestId: string
  readonly event: unknown
  /** When the invocation times out, in milliseconds since 1970. */
  readonly deadline: number
}

/** From the worker. Output comes before its result. */
export type Told =
  | { readonly kind: 'ready' }
  | { readonly kind: 'output'; readonly stream: 'stdout' | 'stderr'; readonly text: string }
  | { readonly kind: 'returned'; readonly value: unknown }
  | { readonly kind: 'threw'; readonly error: string }

/** The data at the start of a worker. */
export interface WorkerBeginning {
  /** The folder of the bundled asset. */
  readonly folder: string
  /** `file.export`. */
  readonly handler: string
  readonly name: string
  readonly arn: string
  readonly memoryMiB: number
}
