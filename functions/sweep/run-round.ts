import { forEachOf } from '../core/for-each-of.ts'
import { expiryAttribute } from '../core/resource-names.ts'
import { hintedScopes, withHints } from '../core/sweep/hint.ts'
import { createReadingNotes, type ScopeReading, type StoredReadings } from '../core/sweep/sweep-reading.ts'
import {
  ageOf,
  closeRound,
  numbersOf,
  pausedSummaryOf,
  type Round,
  roundKey,
  type ScopeSummary,
  scopesToRead,
  summaryOf,
  takeRound,
} from '../core/sweep/sweep-round.ts'
import type { Unread } from './list-scope.ts'
import { notIndexed, readScope } from './read-scope.ts'
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
    telemetry.round(answer, scope => ageOf(round, scope, now()))
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
  return answerOf('read', round, read, left)
}

/** How one scope is read. */
interface Part {
  readonly deadline: number
  /** It has the whole time of an invocation. */
  readonly hadAll: boolean
  /** The invocation before left its reading for this one. */
  readonly isPaused: boolean
  readonly isIndexed: boolean
}

/**
 * Reads one scope. `paused`: a part of it, and the next invocation goes on. Undefined if it is read again: the time ended before a page was
 * read, or the ledger did not answer. If it `hadAll` the time, it is incomplete then: else it would be the first of each invocation, for ever.
 */
async function readOne(
  name: string,
  world: SweepWorld,
  { deadline, hadAll, isPaused, isIndexed }: Part,
): Promise<ScopeReading | 'paused' | undefined> {
  const { now, wait, targets, ledger, telemetry, checkpoints } = world
  const swept = targets.get(targetOf(name))
  if (!swept) throw new Error(`no target for the scope ${name}`)
  const { kind, target, turn, http } = swept
  const scope = name.slice(kind.name.length + 1)
  const counted = http(deadline)
  const until = deadline - world.requestTimeoutMs
  const before = isPaused ? await checkpoints.load(name) : undefined
  const { from = now(), seen = new Set<string>(), parts = [], kept = 0 } = before ?? {}
  const notes = createReadingNotes(before)
  let calls = before?.calls ?? 0
  let unread: Unread | undefined = isIndexed ? undefined : notIndexed
  try {
    for await (const row of readScope({
      ...{ kind, target, scope, turn, wait, now, until, seen, place: before?.place },
      // What is in flight then is looked at again first.
      pauseAt: until - 2 * world.settleMs,
      mayBeAbsent: !world.catalogueScopes.includes(name),
      ...{ entries: ledger.entries, membersOf: ledger.membersOf, settleMs: world.settleMs },
      http: request => {
        calls += 1
        return counted(request)
      },
    })) {
      if (row.kind === 'member') notes.add(row)
      else unread = row
    }
  } catch (error) {
    telemetry.trouble('ledger not available; the scope is read again by the next invocation', error)
    return undefined
  }
  const place = unread?.place
  if (place) {
    await checkpoints.save(name, { place, from, calls, seen, parts, kept, ...notes.notes() })
    return 'paused'
  }
  const reading: ScopeReading = {
    from,
    at: now(),
    calls,
    ...(unread && { unread: whyOf(unread) }),
    ...notes.notes(),
  }
  const isOver = unread?.cause === 'no_time' && !hadAll
  telemetry.reading(name, reading)
  return isOver ? undefined : reading
}

const whyOf = ({ page, cause, detail }: Unread) => ({ page, cause, detail })

/** Writes down readings: each with the last complete one of its scope, and the round now and then. */
function openBook(taken: Round, { rounds, readings, now, keepMs }: SweepWorld) {
  let round = taken
  // A copy for each scope would take longer than the reading of a small one.
  const scopes: Record<string, ScopeSummary> = { ...taken.scopes }
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
    round: (): Round => ({ ...round, scopes }),
    enter: async (scope: string, reading: ScopeReading): Promise<void> => {
      const before = await readings.read(scope)
      const stored: StoredReadings = {
        ...{ member: scope, rev: (before?.rev ?? 0) + 1, last: reading },
        ...(reading.unread ? before?.complete && { complete: before.complete } : { complete: reading }),
        [expiryAttribute]: Math.ceil((now() + keepMs) / 1000),
      }
      if ((await readings.write(stored)) !== 'stored')
        throw new Error(`the reading of ${scope} is not stored: another one is`)
      scopes[scope] = summaryOf(scopes[scope], reading)
      if (now() - savedAt >= saveEveryMs) await save({ ...round, scopes: { ...scopes } })
    },
    pause: (scope: string): void => {
      scopes[scope] = pausedSummaryOf(scopes[scope])
    },
    close: async (left: number, all: ReadonlySet<string>): Promise<Round> => {
      await save(closeRound({ ...round, scopes }, left, all, now()))
      return round
    },
  }
}

const targetOf = (scope: string): string => scope.split('/')[0] as string
