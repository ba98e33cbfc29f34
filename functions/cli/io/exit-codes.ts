import type { StopReason } from './cli-world.ts'

/** The exit codes. 130 is the shells' code for Ctrl-C. */
export const exit = {
  ok: 0,
  refused: 1,
  wrong: 2,
  interrupted: 130,
  unwritable: 2,
} as const satisfies Record<StopReason | 'ok' | 'refused' | 'wrong', number>

/** Wrong usage or settings. The user sees the message in one line, without a stack trace; exit code 2. */
export class Failure extends Error {
  override readonly name = 'Failure'
  /** What to do, if it is known and the message does not say so. */
  readonly todo: string | undefined

  constructor(message: string, todo?: string) {
    super(message)
    this.todo = todo
  }
}

/** These credentials may not do it, or what is asked for is not deployed. A command may do without it. */
export class Unavailable extends Failure {}
