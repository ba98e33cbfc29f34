import { forEachOf } from '../core/for-each-of.ts'
import { expiryAttribute } from '../core/resource-names.ts'
import { hintedScopes, withHints } from '../core/sweep/hint.ts'
import { createReadingNotes, type ScopeReading, type StoredReadings } from '../core/sweep/sweep-reading.ts'
import {
  closeRound,
  numbersOf,
  type Round,
  roundKey,
  scopesToRead,
  takeRound,
  withReading,
} from '../core/sweep/sweep-round.ts'
import { readScope } from './read-scope.ts'
import type { SweepRequest } from './sweep-request.ts'
import type { SweepAnswer, SweepWorld } from './sweep-world.ts'

/** How many scopes are read side by side. */
const sideBySide = 4

/** How long the round in memory may be ahead of the stored one, in milliseconds. */
const saveEveryMs = 30_000

/**
 * Begins or continues a round: reads the scopes that are due until the time ends. `deadline`: when the last request must end; `until`: when
 * the invocation ends. Rejects if the ledger's index or the sweep's table does not answer.
 */
export async function sweep(
  request: SweepRequest,
  world: SweepWorld,
  { deadline, until }: { readonly deadline: number; readonly until: number },
): Promise<SweepAnswer> {
  const { now, rounds, everyMs, telemetry } = world
  const began = now()
  const one = request.action === 'run' ? request.scope : undefined
  const asked = one === undefined ? (request.action === 'run' ? 'round' : undefined) : 'scope'
  const hints = await world.hints.read()
  const entries = hints.length > 0 ? await world.ledger.entries(hints) : new Map()
  const stored = await rounds.read(roundKey)
  const hinted = stored && withHints(stored, hintedScopes(hints, new Set(entries.keys())))
  const taken = takeRound(hinted, { now: began, until, everyMs, asked })
  const answerOf = (kind: SweepAnswer['kind'], round: Round, read = 0, left = 0): SweepAnswer => {
    const answer = { kind, read, left, ...numbersOf(round, now()), durationMs: now() - began }
    telemetry.round(answer)
    return answer
  }
  if (taken.kind !== 'read') return answerOf(taken.kind, taken.round)
  if ((await rounds.write(taken.round)) !== 'stored') return answerOf('busy', taken.round)
  // The round has them now. The next hint of a member is a new one.
  if (hints.length > 0) await world.hints.forget(hints)

  const isIndexed = taken.round.isIndexed ?? (await world.isIndexed())
  const all = new Set([...world.catalogueScopes, ...(await world.ledgerScopes())])
  const known = new Set([...all].filter(scope => world.targets.has(targetOf(scope))))
  const queue = one === undefined ? scopesToRead(taken.round, known, now()) : [one]
  const book = openBook({ ...taken.round, ...(isIndexed && { isIndexed }) }, world)
  let [started, read, left] = [0, 0, 0]
  await forEachOf(queue, sideBySide, async scope => {
    const hadAll = started++ < sideBySide
    const reading =
      now() < deadline ? await readOne(scope, world, { deadline, hadAll }, isIndexed) : undefined
    if (reading) await book.enter(scope, reading)
    if (reading) read += 1
    else left += 1
  })
  const round = await book.close(
    one === undefined ? left : scopesToRead(book.round(), known, now()).length,
    known,
  )
  return answerOf('read', round, read, left)
}

/**
 * Reads one scope. Undefined if it was not finished, and is read again: the time ended, or the ledger did not answer. `hadAll`: it has the whole
 * time of an invocation. What does not fit into that is incomplete: else it would be the first of each invocation, for ever.
 */
async function readOne(
  name: string,
  world: SweepWorld,
  { deadline, hadAll }: { readonly deadline: number; readonly hadAll: boolean },
  isIndexed: boolean,
): Promise<ScopeReading | undefined> {
  const { now, wait, targets, ledger, telemetry } = world
  const swept = targets.get(targetOf(name))
  if (!swept) throw new Error(`no target for the scope ${name}`)
  const { kind, target, turn, http } = swept
  const scope = name.slice(kind.name.length + 1)
  let calls = 0
  const counted = http(deadline)
  const notes = createReadingNotes()
  const from = now()
  let unread: ScopeReading['unread'] = isIndexed ? undefined : notIndexed
  try {
    for await (const row of readScope({
      ...{ kind, target, scope, turn, wait, now, until: deadline - world.requestTimeoutMs },
      mayBeAbsent: !world.catalogueScopes.includes(name),
      ...{ entries: ledger.entries, membersOf: ledger.membersOf, settleMs: world.settleMs },
      http: request => {
        calls += 1
        return counted(request)
      },
    })) {
      if (row.kind === 'member') notes.add(row)
      else unread = { page: row.page, cause: row.cause, detail: row.detail }
    }
  } catch (error) {
    telemetry.trouble('ledger not available; the scope is read again by the next invocation', error)
    return undefined
  }
  const reading: ScopeReading = { from, at: now(), calls, ...(unread && { unread }), ...notes.notes() }
  const isOver = unread?.cause === 'no_time' && !hadAll
  telemetry.reading(name, reading)
  return isOver ? undefined : reading
}

/** Why no reading is complete while the index lacks entries: their members may be gone, and nobody knows. */
const notIndexed = {
  ...{ page: 0, cause: 'not_indexed' },
  detail: 'who is gone is not known: the index lacks entries of an older version; run role-sync sweep index',
}

/** Writes down readings: each with the last complete one of its scope, and the round now and then. */
function openBook(taken: Round, { rounds, readings, now, keepMs }: SweepWorld) {
  let round = taken
  let savedAt = now()
  let saving: Promise<unknown> = Promise.resolve()
  const save = (changed: Round): Promise<unknown> => {
    round = changed
    savedAt = now()
    saving = saving.then(async () => {
      const next = { ...round, rev: round.rev + 1 }
      if ((await rounds.write(next)) !== 'stored') throw new Error('another invocation took the round over')
      round = { ...round, rev: next.rev }
    })
    return saving
  }
  return {
    round: () => round,
    enter: async (scope: string, reading: ScopeReading): Promise<void> => {
      const before = await readings.read(scope)
      const stored: StoredReadings = {
        ...{ member: scope, rev: (before?.rev ?? 0) + 1, last: reading },
        ...(reading.unread ? before?.complete && { complete: before.complete } : { complete: reading }),
        [expiryAttribute]: Math.ceil((now() + keepMs) / 1000),
      }
      if ((await readings.write(stored)) !== 'stored')
        throw new Error(`the reading of ${scope} is not stored: another one is`)
      round = withReading(round, scope, reading)
      if (now() - savedAt >= saveEveryMs) await save(round)
    },
    close: async (left: number, all: ReadonlySet<string>): Promise<Round> => {
      await save(closeRound(round, left, all, now()))
      return round
    },
  }
}

const targetOf = (scope: string): string => scope.split('/')[0] as string
