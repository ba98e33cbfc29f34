import type { Round } from '../round.ts'
import type { Broken } from './broken.ts'
import { judgeLetters } from './letters.ts'
import { judgeOutcomes } from './outcomes.ts'
import { judgeRoles } from './roles.ts'
import { judgeWorkers } from './workers.ts'
import { judgeWrites } from './writes.ts'

/** Every promise that a round broke, judged from the outside alone. */
export function judge(round: Round): Broken[] {
  const { journal, tokens, output, letters, exitCode } = round
  const told = output + JSON.stringify(letters)
  return [
    ...judgeOutcomes(round),
    ...judgeRoles(round),
    ...judgeWrites(round),
    ...judgeLetters(round),
    ...judgeWorkers(round),
    ...journal.troubles.map(({ member, text }) => ({
      promise: 'only what the API knows',
      member,
      how: text,
    })),
    ...tokens
      .filter(token => told.includes(token))
      .map(token => ({ promise: 'no token is told', member: '*', how: `${token.slice(0, 12)}… was` })),
    ...(exitCode === 0
      ? []
      : [{ promise: 'it ends when asked to', member: '*', how: `exit code ${exitCode}` }]),
  ]
}
