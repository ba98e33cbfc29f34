import type { Applied, Entry } from '../../functions/core/ledger/ledger-entry.ts'
import type { LedgerStore, Stepped } from '../../functions/core/ports.ts'
import type { Clock } from './clock.ts'
import type { Instance } from './lambda.ts'
import type { Random } from './random.ts'
import { callRemote } from './remote.ts'
import type { Faults } from './scenario.ts'

/** The table of entries. */
export function createTable(
  clock: Clock,
  faults: Faults,
  onStored: (before: Entry | undefined, entry: Entry) => void = () => undefined,
) {
  const proofs = new Map<string, Applied[]>()
  const table = createSteps<Entry>(clock, faults, (before, entry) => {
    onStored(before, entry)
    const { applied } = before ?? {}
    const isSame = entry.applied?.message === applied?.message && entry.applied?.at === applied?.at
    if (entry.applied && !isSame)
      proofs.set(entry.member, [...(proofs.get(entry.member) ?? []), entry.applied])
  })
  /** Every proof that it ever had, by member. */
  return { ...table, proofs }
}

/** Items of a table: compare-and-set on `rev`, strongly consistent reads; silent and throttled as the scenario says. */
export function createSteps<Item extends Stepped>(
  clock: Clock,
  { ledgerSilent: silent, ledgerThrottled: throttled }: Faults,
  onStored: (before: Item | undefined, item: Item) => void,
) {
  const entries = new Map<string, Item>()

  const write = (entry: Item): 'stored' | { conflict: Item | undefined } => {
    const there = entries.get(entry.member)
    if ((there?.rev ?? 0) !== entry.rev - 1) return { conflict: there }
    entries.set(entry.member, entry)
    onStored(there, entry)
    return 'stored'
  }

  return {
    entries,
    /** The table as one instance sees it. */
    seenBy: (instance: Instance, random: Random): LedgerStore<Item> => {
      const call = <T>(work: () => T) => callRemote(clock, instance, random, { silent, throttled }, work)
      return {
        read: member => call(() => entries.get(member)),
        write: entry => call(() => write(entry)),
      }
    },
  }
}
