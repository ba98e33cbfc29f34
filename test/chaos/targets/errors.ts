import type { Random } from '../../simulation/random.ts'
import type { Reply } from './call.ts'

/** An error in one of the shapes that are published. */
export function error(random: Random, status: number, message: string): Reply {
  const body = random.pick([
    { errors: [{ message, code: status }] },
    { error: { code: 'error', message, status } },
    { error: message },
    { message },
  ])
  return { status, body }
}
