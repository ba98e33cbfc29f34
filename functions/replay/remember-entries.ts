import { BoundedMap } from '../core/bounded-map.ts'
import type { Entry } from '../core/ledger/ledger-entry.ts'
import type { LedgerStore } from '../core/ports.ts'

/** How many members' entries are remembered. */
const mostRemembered = 2000

/**
 * Reads each member's entry once, as long as it is among the last few thousand: letters of one member often lie together. A
 * read that failed is not remembered.
 */
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
