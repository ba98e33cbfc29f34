import { compareVersions } from '../../functions/core/event/version.ts'
import type { HistoryItem } from '../../functions/core/history/history-item.ts'
import { canonicalJson, compareText } from '../../functions/core/json.ts'
import type { Applied, Entry } from '../../functions/core/ledger/ledger-entry.ts'
import type { HistoryStore, OutcomeRecord } from '../../functions/core/ports.ts'
import type { Clock } from './clock.ts'
import type { Instance } from './lambda.ts'
import type { Observer } from './observer.ts'
import type { Random } from './random.ts'
import { callRemote } from './remote.ts'
import type { Faults } from './scenario.ts'

/** How long an item stays after it was replaced, in milliseconds. */
export const keepMs = 400 * 86_400_000

const invariant = '16 the record is true'

/** The history's table: silent, throttled and partly throttled as the scenario says. It notes what is overwritten with other content. */
export function createHistoryTable(
  clock: Clock,
  { historySilent: silent, historyThrottled: throttled }: Faults,
  { violate, logged }: Pick<Observer, 'violate' | 'logged'>,
) {
  const items = new Map<string, HistoryItem>()
  const keyOf = ({ member, version }: HistoryItem) => `${member} ${version}`
  const isThere = ({ messageId, outcome }: OutcomeRecord) =>
    [...items.values()].some(item => item.message === messageId && item.outcome === outcome)

  const put = (item: HistoryItem) => {
    const before = items.get(keyOf(item))
    if (before && contentOf(before) !== contentOf(item))
      violate(invariant, item.member, `${contentOf(before)} is overwritten with ${contentOf(item)}`)
    items.set(keyOf(item), item)
    // Its sort key has numbers side by side, which may look like a secret of the simulation.
    logged(JSON.stringify({ ...item, version: '' }), item.member)
  }

  return {
    items,
    /** A message ends and is told: its item is there by then. */
    told: (record: OutcomeRecord) => {
      if (!isThere(record))
        violate(
          invariant,
          record.member ?? '?',
          `${record.messageId} ended ${record.outcome} without an item`,
        )
    },
    /** The table as one instance sees it. */
    seenBy: (instance: Instance, random: Random): HistoryStore => {
      const call = <T>(work: () => T) => callRemote(clock, instance, random, { silent, throttled }, work)
      return {
        put: all =>
          call(() => {
            const taken = random.chance(throttled) ? random.between(0, all.length - 1) : all.length
            for (const item of all.slice(0, taken)) put(item)
            return all.slice(taken)
          }),
        putIfAbsent: item =>
          call(() => {
            if (!items.has(keyOf(item))) put(item)
          }),
      }
    },
  }
}

const contentOf = ({ expires: _, ...content }: HistoryItem): string => canonicalJson(content)

/** The history of a run at its end, and what it must agree with. */
interface Kept {
  readonly items: Iterable<HistoryItem>
  readonly entries: ReadonlyMap<string, Entry>
  /** Every proof that the ledger ever had, by member. */
  readonly proofs: ReadonlyMap<string, readonly Applied[]>
  /** Whether the proof of a message may lack its item: SQS moved the message, or it was given up while the ledger did not answer. */
  readonly isExcused: (message: string) => boolean
  readonly violate: Observer['violate']
}

/** Invariant 16 at the end of a run: the history says what the ledger knew, each end once, and only what was replaced expires. */
export function judgeHistory({ items, entries, proofs, isExcused, violate }: Kept): void {
  const all = [...items]
  for (const [key, same] of Map.groupBy(
    all,
    ({ message, outcome, end = '' }) => `${message} ${outcome} ${end}`,
  ))
    if (same.length > 1) violate(invariant, same[0]?.member ?? '?', `${key} has ${same.length} items`)
  for (const item of all)
    if (item.outcome !== 'applied' && item.expires === undefined)
      violate(invariant, item.member, `${item.message} ${item.outcome} never expires`)

  const applied = Map.groupBy(
    all.filter(({ outcome }) => outcome === 'applied'),
    ({ member }) => member,
  )
  for (const [member, known] of proofs) {
    const replayed = (applied.get(member) ?? []).toSorted((a, b) => compareText(a.version, b.version))
    const expected = known
      .toSorted((a, b) => compareVersions(a.version, b.version))
      .filter(({ message }) => !isExcused(message) || replayed.some(item => item.message === message))
    const told = replayed.map(({ message, at, desired }) => canonicalJson({ message, at, desired }))
    const wanted = expected.map(({ message, at, desired }) =>
      canonicalJson({ message, at: new Date(at).toISOString(), desired }),
    )
    if (told.toSorted().join() !== wanted.toSorted().join())
      violate(invariant, member, `has the proofs ${told.join()} and not ${wanted.join()}`)
    const last = entries.get(member)?.applied
    const lastItem = replayed.find(
      ({ message, end }) => message === last?.message && end === last.version.end,
    )
    if (lastItem?.expires !== undefined)
      violate(invariant, member, `its last proof expires: ${last?.message}`)
  }
}
