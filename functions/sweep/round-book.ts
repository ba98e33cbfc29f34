import { expiryAttribute } from '../core/resource-names.ts'
import type { FindingCounts, ScopeReading, StoredReadings } from '../core/sweep/sweep-reading.ts'
import {
  closeRound,
  pausedSummaryOf,
  type Round,
  type ScopeSummary,
  summaryOf,
} from '../core/sweep/sweep-round.ts'
import type { SweepWorld } from './sweep-world.ts'

/** How long the round in memory may be ahead of the stored one, in milliseconds. */
const saveEveryMs = 30_000

/** The round that an invocation works on. */
export type RoundBook = ReturnType<typeof openBook>

/** Writes down readings: each with the last complete one of its scope, and the round now and then. */
export function openBook(taken: Round, { rounds, readings, now, keepMs }: SweepWorld) {
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
  const store = async (scope: string, changed: Omit<StoredReadings, 'member' | 'rev'>, rev = 0) => {
    if ((await readings.write({ ...changed, member: scope, rev: rev + 1 })) !== 'stored')
      throw new Error(`the reading of ${scope} is not stored: another one is`)
  }
  return {
    round: (): Round => ({ ...round, scopes }),
    /** Every entry of the ledger is in its index. */
    isIndexed: (): void => {
      round = { ...round, isIndexed: true }
    },
    enter: async (scope: string, reading: ScopeReading): Promise<void> => {
      const before = await readings.read(scope)
      const complete = reading.unread ? before?.complete : reading
      const expires = Math.ceil((now() + keepMs) / 1000)
      await store(
        scope,
        { last: reading, ...(complete && { complete }), [expiryAttribute]: expires },
        before?.rev,
      )
      scopes[scope] = summaryOf(scopes[scope], reading)
      if (now() - savedAt >= saveEveryMs) await save({ ...round, scopes: { ...scopes } })
    },
    /** Changes what the readings of a scope say of some members. Returns what the complete one counts then. */
    change: async (
      scope: string,
      change: (reading: ScopeReading) => ScopeReading,
    ): Promise<FindingCounts> => {
      const before = await readings.read(scope)
      if (!before?.complete) throw new Error(`the reading of ${scope} is not stored any more`)
      const { rev, last, ...others } = before
      const complete = change(before.complete)
      await store(scope, { ...others, last: change(last), complete }, rev)
      const known = scopes[scope]
      if (known) scopes[scope] = { ...known, counts: complete.counts }
      return complete.counts
    },
    pause: (scope: string): void => {
      scopes[scope] = pausedSummaryOf(scopes[scope])
    },
    /** The scope is to be read again. */
    hint: (scope: string): void => {
      scopes[scope] = { at: 0, complete: false, ...scopes[scope], hinted: true }
    },
    /** Of the hints these stay. */
    keepHints: (names: readonly string[]): void => {
      const { hints: _, ...rest } = round
      round = { ...rest, ...(names.length > 0 && { hints: names }) }
    },
    /** Leaves a round that is at rest. */
    leave: async (): Promise<Round> => {
      const { until: _, ...rest } = round
      await save({ ...rest, scopes })
      return round
    },
    close: async (left: number, all: ReadonlySet<string>): Promise<Round> => {
      await save(closeRound({ ...round, scopes }, left, all, now()))
      return round
    },
  }
}
