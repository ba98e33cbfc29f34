import { BoundedMap } from '../core/bounded-map.ts'
import type { Entry } from '../core/ledger/ledger-entry.ts'
import type { LedgerStore } from '../core/ports.ts'

/** How many entries are remembered. */
const mostRemembered = 2000

/** Caches the entries that were read last: letters of one member are often close together. A failed read is not cached. */
export function rememberEntries({ read }: Pick<LedgerStore, 'read'>): LedgerStore['read'] {
  const memory = new BoundedMap<string, Promise<Entry | undefined>>(mostRemembered)
  return member => {
    const known = memory.get(member)
    if (known) return known
    const entry = read(member)
    memory.set(member, entry)
    entry.catch(() => {
      if (memory.get(member) === entry) memory.delete(member)
    })
    return entry
  }
}
