import type { Stepped } from '../ports.ts'
import type { FindingCounts, ScopeReading } from './sweep-reading.ts'

/** The key of the round in the sweep's table. A scope's name has a slash. */
export const roundKey = 'round'

/** What the sweep knows of a scope without its findings. Times are milliseconds since 1970. */
export interface ScopeSummary {
  /** When the last reading ended, and whether it was complete. */
  readonly at: number
  readonly complete: boolean
  /** When the last complete reading ended, and what it counted. */
  readonly completeAt?: number
  readonly counts?: FindingCounts
  /** A hint came since then, and its member cannot be looked at alone: the scope is read again. */
  readonly hinted?: true
  /** A reading is under way, which the next invocation goes on with. */
  readonly paused?: true
}

/** The round under way, or the last one. Times are milliseconds since 1970. */
export interface Round extends Stepped {
  readonly startedAt: number
  /** Absent while scopes are left to read. */
  readonly endedAt?: number
  /** An invocation works on the round until then. */
  readonly until?: number
  /** Every entry of the ledger is in its index by scope. Absent: it was not so, or nobody looked. */
  readonly isIndexed?: true
  /** The names of hints whose members are not looked at yet. */
  readonly hints?: readonly string[]
  /** By the name of the scope. */
  readonly scopes: Readonly<Record<string, ScopeSummary>>
}

/** A scope whose reading was not complete is read again after this time, in milliseconds. */
export const againAfterMs = 3_600_000

/** What an invocation does with the round. */
export type Taken =
  /** Nothing is due. */
  | { readonly kind: 'rest'; readonly round: Round }
  /** Another invocation works on it. */
  | { readonly kind: 'busy'; readonly round: Round }
  /** The round is begun or continued. It must be stored before anything is read. */
  | { readonly kind: 'read'; readonly round: Round }

/**
 * Takes the round for an invocation that ends at `until`. A round begins `everyMs` after the last one began, also if that one is not ended: a
 * scope that cannot be read keeps no other from being read. It begins when somebody asks for it as well.
 * One that is not ended is continued, and one with incomplete readings is opened again after an hour. A round at rest is taken for
 * hints alone, and stays ended.
 */
export function takeRound(round: Round | undefined, { now, until, everyMs, asked }: RoundCall): Taken {
  if (!round) return { kind: 'read', round: { member: roundKey, rev: 1, startedAt: now, until, scopes: {} } }
  if (round.until !== undefined && now < round.until) return { kind: 'busy', round }
  if (asked === 'scope') return { kind: 'read', round: { ...round, rev: round.rev + 1, until } }
  const { endedAt, ...open } = round
  const begins = now - round.startedAt >= everyMs || (endedAt !== undefined && asked === 'round')
  if (!begins && isAtRest(round, now))
    return round.hints
      ? { kind: 'read', round: { ...round, rev: round.rev + 1, until } }
      : { kind: 'rest', round }
  return { kind: 'read', round: { ...open, rev: round.rev + 1, until, ...(begins && { startedAt: now }) } }
}

/** The call of an invocation for the round. Times are milliseconds since 1970. */
export interface RoundCall {
  readonly now: number
  readonly until: number
  readonly everyMs: number
  /** What somebody asks for: a new round, or one scope, which begins none. */
  readonly asked?: 'round' | 'scope' | undefined
}

/** Whether the round is ended, and no scope is to be read again. */
export const isAtRest = ({ endedAt, scopes }: Round, now: number): boolean =>
  endedAt !== undefined && !Object.values(scopes).some(scope => isDueAgain(scope, now))

const isDueAgain = ({ complete, at, hinted, paused }: ScopeSummary, now: number): boolean =>
  hinted === true || paused === true || (!complete && now - at >= againAfterMs)

/** So much longer a scope with a hint seems to wait, in milliseconds: it comes before others, and keeps none waiting for ever. */
const hintedAheadMs = 86_400_000

/** The scopes that the round has still to read, the one that waits longest first, and those with a hint a day earlier. */
export function scopesToRead({ scopes, startedAt }: Round, all: Iterable<string>, now: number): string[] {
  const atOf = (name: string) => {
    const { at, hinted } = scopes[name] ?? { at: 0 }
    return hinted ? at - hintedAheadMs : at
  }
  return [...all]
    .toSorted((a, b) => atOf(a) - atOf(b))
    .filter(scope => {
      const known = scopes[scope]
      return !known || known.at < startedAt || isDueAgain(known, now)
    })
}

/**
 * What is known of a scope after a reading. An incomplete one leaves what the last complete one counted. A hint that came while the reading
 * waited for the next invocation stays: the page of its member may have been read before.
 */
export function summaryOf(
  before: ScopeSummary | undefined,
  { at, unread, counts }: ScopeReading,
): ScopeSummary {
  const { completeAt, counts: counted } = before ?? {}
  const known = unread
    ? { ...(completeAt !== undefined && { completeAt }), ...(counted && { counts: counted }) }
    : { completeAt: at, counts }
  return { at, complete: !unread, ...known, ...hintOf(before) }
}

/** What is known of a scope whose reading waits for the next invocation. */
export function pausedSummaryOf(before: ScopeSummary = { at: 0, complete: false }): ScopeSummary {
  const { hinted: _, ...known } = before
  return { ...known, ...hintOf(before), paused: true }
}

/** The hint that came after the reading began, if it was paused before. */
const hintOf = (before: ScopeSummary | undefined) =>
  before?.paused && before.hinted && { hinted: true as const }

/** The round at the end of an invocation. `left`: how many scopes are still to read. `all`: those that there are. */
export function closeRound(round: Round, left: number, all: ReadonlySet<string>, now: number): Round {
  const { until: _, ...rest } = round
  const scopes = Object.fromEntries(Object.entries(round.scopes).filter(([scope]) => all.has(scope)))
  return { ...rest, scopes, ...(left === 0 && { endedAt: now }) }
}

/** The numbers of a stage, from the last complete reading of each scope. */
export interface SweepNumbers {
  readonly drift: number
  readonly unmanaged: number
  readonly gone: number
  /** Scopes whose last reading was not complete. */
  readonly incomplete: number
  /** The age of the oldest complete reading, as `ageOf` says. */
  readonly ageMs: number
}

/** The age of the last complete reading of a scope, in milliseconds; without one since the round's beginning. */
export const ageOf = ({ scopes, startedAt }: Round, scope: string, now: number): number =>
  Math.max(0, now - (scopes[scope]?.completeAt ?? startedAt))

/** The numbers of a stage now. */
export function numbersOf(round: Round, now: number): SweepNumbers {
  const all = Object.values(round.scopes)
  const sum = (finding: 'drift' | 'unmanaged' | 'gone') =>
    all.reduce((total, { counts }) => total + (counts?.[finding] ?? 0), 0)
  return {
    ...{ drift: sum('drift'), unmanaged: sum('unmanaged'), gone: sum('gone') },
    incomplete: all.filter(({ complete, paused }) => !complete && !paused).length,
    ageMs: Object.keys(round.scopes).reduce((oldest, scope) => Math.max(oldest, ageOf(round, scope, now)), 0),
  }
}
