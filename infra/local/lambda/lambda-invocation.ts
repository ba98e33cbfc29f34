/** How an invocation ended. All but `returned` return the whole batch to the queue, as in Lambda. */
export type Ending =
  | { readonly kind: 'returned'; readonly value: unknown }
  | { readonly kind: 'threw'; readonly error: string }
  | { readonly kind: 'timedOut'; readonly afterMs: number }
  /** The process of the function ended: `process.exit`, or an uncaught error. */
  | { readonly kind: 'exited'; readonly error: string }

/** One invocation with its log lines. */
export interface Invocation {
  readonly ending: Ending
  readonly lines: readonly string[]
}

/** An ending in one line, for people. */
export function describeEnding(ending: Ending): string {
  switch (ending.kind) {
    case 'returned':
      return 'returned'
    case 'threw':
      return `threw ${ending.error}`
    case 'timedOut':
      return `timed out after ${ending.afterMs / 1000} s`
    case 'exited':
      return `ended its process: ${ending.error}`
    default:
      return ending satisfies never
  }
}
