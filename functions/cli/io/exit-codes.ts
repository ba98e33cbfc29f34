import type { StopReason } from './cli-world.ts'

/**
 * The exit codes, for scripts. 130 is what shells give for Ctrl-C; who closes a pipe early has seen enough; output that cannot
 * be written is lost.
 */
export const exit = {
  ok: 0,
  refused: 1,
  wrong: 2,
  interrupted: 130,
  unread: 0,
  unwritable: 2,
} as const satisfies Record<StopReason | 'ok' | 'refused' | 'wrong', number>

/** Wrong usage or wiring, told to the user in one line: exit code 2, no stack trace. */
export class Failure extends Error {
  override readonly name = 'Failure'
}
