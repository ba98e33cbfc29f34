import { Failure } from '../io/exit-codes.ts'

/** What a check found out. A warning or a failure says what to do. What could not be found out is never `ok`. */
export type Found =
  | { readonly state: 'ok'; readonly detail: string }
  | { readonly state: 'warning' | 'failed'; readonly detail: string; readonly todo: string }

/** The result of one check of `doctor`. */
export type Finding = { readonly check: string } & Found

/** One check. If it rejects with a Failure, it is a warning. */
export interface Check {
  readonly name: string
  readonly run: () => Promise<Found>
}

export const ok = (detail: string): Found => ({ state: 'ok', detail })
export const warning = (detail: string, todo: string): Found => ({ state: 'warning', detail, todo })
export const failed = (detail: string, todo: string): Found => ({ state: 'failed', detail, todo })

/** Runs the checks side by side; none stops another. The findings have the order of the checks. Only a bug rejects. */
export const runChecks = (checks: readonly Check[]): Promise<Finding[]> =>
  Promise.all(checks.map(async ({ name, run }) => ({ check: name, ...(await run().catch(notChecked)) })))

function notChecked(error: unknown): Found {
  if (!(error instanceof Failure)) throw error
  return warning(`not checked: ${error.message}`, error.todo ?? 'correct this, then run doctor again')
}
