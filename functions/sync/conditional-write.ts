import { BoundedMap } from '../core/bounded-map.ts'
import type { Entry } from '../core/ledger/ledger-entry.ts'
import type { LedgerStore } from '../core/ports.ts'

/** What a pure step of the protocol decides: an `entry` to store, or none. */
export interface EntryUpdate {
  readonly kind: string
  readonly entry?: Entry
}

/**
 * Makes one step on a member's entry. Only the first try may begin after `until`, in milliseconds since 1970. Rejects with
 * `LedgerUnavailable` when the ledger gives no clear answer: nothing may be concluded then, and the message is retried.
 */
export type UpdateEntry = <Update extends EntryUpdate>(
  member: string,
  decide: (entry: Entry | undefined) => Update,
  until: number,
) => Promise<Update>

/** How often a step is tried while its conditional writes are lost or unanswered. */
const mostTries = 5

/** How many members' entries an instance remembers. */
const mostRemembered = 2000

/**
 * Steps of the ledger protocol (functions/README.md#the-ledger-protocol): a strongly consistent read, a pure function, a conditional
 * write. The read is skipped where the entry can be guessed, as absent or as this instance saw it last: the conditional write
 * tells. A step that stores nothing is believed only of an entry that was read, or if it says `finished`: `applied` only grows.
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
      const update = decide(entry)
      if (!update.entry && (!guessed || update.kind === 'finished')) return update

      const stored = update.entry && (await store.write(update.entry).catch(unanswered))
      if (stored === 'stored') {
        remember(member, update.entry)
        return update
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

/** The ledger gave no clear answer. Its last error is the cause. */
export class LedgerUnavailable extends Error {
  override name = 'LedgerUnavailable'
}

function unavailable(cause: unknown): never {
  throw new LedgerUnavailable('the ledger gave no clear answer', { cause })
}
