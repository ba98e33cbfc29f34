import { BoundedMap } from '../../functions/core/bounded-map.ts'
import type { Entry } from '../../functions/core/ledger/ledger-entry.ts'
import type { LedgerStore, Stepped } from '../../functions/core/ports.ts'

/** A ledger in memory: a compare-and-set over a map of at most `mostEntries`, which forgets the oldest. */
export function memoryLedger<Item extends Stepped = Entry>(mostEntries = Number.POSITIVE_INFINITY) {
  const entries = new BoundedMap<string, Item>(mostEntries)
  const counts = { reads: 0, writes: 0, conflicts: 0 }
  const store: LedgerStore<Item> = {
    read: async member => {
      counts.reads += 1
      return entries.get(member)
    },
    write: async entry => {
      counts.writes += 1
      const stored = entries.get(entry.member)
      if ((stored?.rev ?? 0) !== entry.rev - 1) {
        counts.conflicts += 1
        return { conflict: stored }
      }
      entries.set(entry.member, entry)
      return 'stored'
    },
  }
  return { store, counts }
}
