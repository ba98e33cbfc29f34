import type { Ending } from './invocation.ts'

/** What Lambda answers for an invocation that failed. */
export interface FunctionError {
  readonly errorType: string
  readonly errorMessage: string
  readonly trace?: readonly string[]
}

/** An ending other than a return, as Lambda tells it. */
export function failureOf(ending: Exclude<Ending, { kind: 'returned' }>): FunctionError {
  switch (ending.kind) {
    case 'threw': {
      const [first = '', ...trace] = ending.error.split('\n')
      const [, errorType = 'Error', errorMessage = first] =
        /^(\w*(?:Error|Exception)): (.*)$/.exec(first) ?? []
      return { errorType, errorMessage, trace: trace.map(line => line.trim()) }
    }
    case 'timedOut': {
      const errorMessage = `Error: Task timed out after ${(ending.afterMs / 1000).toFixed(2)} seconds`
      return { errorType: 'Sandbox.Timedout', errorMessage }
    }
    case 'exited':
      return { errorType: 'Runtime.ExitError', errorMessage: ending.error }
    default:
      return ending satisfies never
  }
}
