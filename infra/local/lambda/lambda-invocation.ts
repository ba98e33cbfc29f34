/** How an invocation ended. All but `returned` give the whole batch back, as Lambda would. */
export type Ending =
  | { readonly kind: 'returned'; readonly value: unknown }
  | { readonly kind: 'threw'; readonly error: string }
  | { readonly kind: 'timedOut'; readonly afterMs: number }
  /** The process of the function is gone: `process.exit`, or an error that nobody caught. */
  | { readonly kind: 'exited'; readonly error: string }

/** One invocation and all that it wrote, line by line. */
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
      return `was cut off at its time-out of ${ending.afterMs / 1000} s`
    case 'exited':
      return `ended its process: ${ending.error}`
    default:
      return ending satisfies never
  }
}
