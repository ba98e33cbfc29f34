import { BoundedMap } from '../core/bounded-map.ts'
import type { Entry } from '../core/ledger/ledger-entry.ts'
import type { LedgerStore } from '../core/ports.ts'

/** What a pure move decided: an `entry` to store, or none. */
export interface EntryUpdate {
  readonly kind: string
  readonly entry?: Entry
}

/**
 * Makes a move; no try begins after `until`, in milliseconds since 1970, but for the first. Rejects with `LedgerUnavailable`
 * when the ledger gives no clear answer: nothing may be concluded then, and the message goes again.
 */
export type UpdateEntry = <M extends EntryUpdate>(
  member: string,
  decide: (entry: Entry | undefined) => M,
  until: number,
) => Promise<M>

/** How often a move is tried while compare-and-sets are lost or unanswered. */
const mostTries = 5

/** How many members' entries an instance remembers. */
const mostRemembered = 2000

/**
 * Moves of the ledger: a strongly consistent read, a pure function, a conditional write (functions/README.md#the-ledger-protocol). The read is skipped
 * where the entry can be guessed, as absent or as this instance last saw it: the compare-and-set tells. A move that
 * stores nothing is believed only of an entry that was read, or where it says `finished`: what is applied only grows.
 */
export function createEntryUpdater(store: LedgerStore, now: () => number): UpdateEntry {
  const memory = new BoundedMap<string, Entry>(mostRemembered)

  const remember = (member: string, entry: Entry | undefined): Entry | undefined => {
    if (entry) memory.set(member, entry)
    else memory.delete(member)
    return entry
  }
  const read = async (member: string) => remember(member, await store.read(member).catch(unavailable))

  return async (member, decide, until) => {
    let entry = memory.get(member)
    let guessed = true
    let trouble: unknown
    for (let tries = 0; tries < mostTries && (tries === 0 || now() < until); tries++) {
      const move = decide(entry)
      if (!move.entry && (!guessed || move.kind === 'finished')) return move

      const stored = move.entry && (await store.write(move.entry).catch(unanswered))
      if (stored === 'stored') {
        remember(member, move.entry)
        return move
      }
      if (stored && 'error' in stored) trouble = stored.error
      const known = stored && 'conflict' in stored && stored.conflict
      entry = known ? remember(member, known) : await read(member)
      guessed = false
    }
    return unavailable(trouble)
  }
}

const unanswered = (error: unknown) => ({ error })

/** The ledger gave no clear answer: what it said at last is the cause. */
export class LedgerUnavailable extends Error {
  override name = 'LedgerUnavailable'
}

function unavailable(cause: unknown): never {
  throw new LedgerUnavailable('the ledger gave no clear answer', { cause })
}
