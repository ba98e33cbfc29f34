import { forEachOf } from '../core/for-each-of.ts'
import { withHints } from '../core/sweep/hint.ts'
import {
  ageOf,
  isAtRest,
  numbersOf,
  type Round,
  roundKey,
  scopesToRead,
  takeRound,
} from '../core/sweep/sweep-round.ts'
import { lookAtHints, provenSince } from './look-at-members.ts'
import { readOne } from './read-one-scope.ts'
import { openBook } from './round-book.ts'
import type { SweepRequest } from './sweep-request.ts'
import { type SweepAnswer, type SweepWorld, targetOf } from './sweep-world.ts'

/** How many scopes are read side by side. */
const sideBySide = 4

/** When the last request of an invocation must end, and when the invocation ends, in milliseconds since 1970. */
interface Times {
  readonly deadline: number
  readonly until: number
}

/**
 * Looks at the members that hints name, and begins or continues a round: reads the scopes that are due until the time ends. Hints that come
 * meanwhile find the round taken, so it looks for them in the end. Rejects if the ledger's index or the sweep's table does not answer.
 */
export async function sweep(request: SweepRequest, world: SweepWorld, times: Times): Promise<SweepAnswer> {
  let answer = await takePart(request, world, times)
  while (answer.kind === 'read' && world.now() < times.deadline && (await world.hints.read()).length > 0) {
    const { read, looked } = answer
    const next = await takePart({ action: 'continue' }, world, times)
    if (next.kind !== 'read') break
    answer = { ...next, read: read + next.read, looked: looked + next.looked }
  }
  return answer
}

async function takePart(
  request: SweepRequest,
  world: SweepWorld,
  { deadline, until }: Times,
): Promise<SweepAnswer> {
  const { now, rounds, everyMs, telemetry } = world
  const began = now()
  const one = request.action === 'run' ? request.scope : undefined
  const asked = one === undefined ? (request.action === 'run' ? 'round' : undefined) : 'scope'
  const stored = await rounds.read(roundKey)
  const hints = await world.hints.read()
  const noted = stored && withHints(stored, [...hints, ...(await provenSince(stored, world))])
  const taken = takeRound(noted, { now: began, until, everyMs, asked })
  const answerOf = (kind: SweepAnswer['kind'], round: Round, looked = 0, read = 0, left = 0): SweepAnswer => {
    const answer = { kind, looked, read, left, ...numbersOf(round, now()), durationMs: now() - began }
    telemetry.round(answer, scope => ageOf(round, scope, now()))
    return answer
  }
  if (taken.kind !== 'read') return answerOf(taken.kind, taken.round)
  if ((await rounds.write(taken.round)) !== 'stored') return answerOf('busy', taken.round)
  // The round has them now. The next hint of a member is a new one.
  if (hints.length > 0) await world.hints.forget(hints)

  const book = openBook(taken.round, world)
  const looked = await lookAtHints(taken.round.hints ?? [], world, book, deadline)
  if (one === undefined && isAtRest(book.round(), now())) return answerOf('read', await book.leave(), looked)

  const isIndexed = taken.round.isIndexed ?? (await world.isIndexed())
  if (isIndexed) book.isIndexed()
  const all = new Set([...world.catalogueScopes, ...(await world.ledgerScopes())])
  const known = new Set([...all].filter(scope => world.targets.has(targetOf(scope))))
  const queue = one === undefined ? scopesToRead(book.round(), known, now()) : [one]
  let [started, read, left] = [0, 0, 0]
  await forEachOf(queue, sideBySide, async scope => {
    const hadAll = started++ < sideBySide
    const isPaused = book.round().scopes[scope]?.paused ?? false
    const came =
      now() < deadline ? await readOne(scope, world, { deadline, hadAll, isPaused, isIndexed }) : undefined
    if (came === 'paused') book.pause(scope)
    else if (came) await book.enter(scope, came)
    if (came && came !== 'paused') read += 1
    else left += 1
  })
  const round = await book.close(
    one === undefined ? left : scopesToRead(book.round(), known, now()).length,
    known,
  )
  return answerOf('read', round, looked, read, left)
}
