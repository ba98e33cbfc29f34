import { BoundedMap } from '../core/bounded-map.ts'
import type { Entry } from '../core/ledger/ledger-entry.ts'
import type { LedgerStore, Stepped } from '../core/ports.ts'

/** What a pure step of the protocol decides: an `entry` to store, or none. */
export interface EntryUpdate<Item = Entry> {
  readonly kind: string
  readonly entry?: Item
}

/**
 * Makes one step on a member's entry. Only the first try may begin after `until`, in milliseconds since 1970. Rejects with
 * `LedgerUnavailable` when the ledger gives no clear answer: nothing may be concluded then, and the message is retried.
 */
export type UpdateEntry<Item = Entry> = <Update extends EntryUpdate<Item>>(
  member: string,
  decide: (entry: Item | undefined) => Update,
  until: number,
) => Promise<Update>

/** `tries`: how often a step is tried while its conditional writes are lost or unanswered. `remembered`: how many entries an instance remembers. */
interface UpdaterLimits {
  readonly tries: number
  readonly remembered: number
}

/**
 * Steps of the ledger protocol (functions/README.md#the-ledger-protocol): a strongly consistent read, a pure function, a conditional
 * write. The read is skipped where the entry can be guessed, as absent or as this instance saw it last: the conditional write
 * tells. A step that stores nothing is believed only of an entry that was read. One that says `finished` is believed as well of an entry that this
 * batch has read or written (`current`, which the caller empties before each batch): another instance may let a withdrawal take over meanwhile.
 */
export function createEntryUpdater<Item extends Stepped = Entry>(
  store: LedgerStore<Item>,
  now: () => number,
  limits: UpdaterLimits = { tries: 5, remembered: 2000 },
  current: Set<string> = new Set(),
): UpdateEntry<Item> {
  const memory = new BoundedMap<string, Item>(limits.remembered)

  const remember = (member: string, entry: Item | undefined): Item | undefined => {
    current.add(member)
    if (entry) memory.set(member, entry)
    else memory.delete(member)
    return entry
  }
  const read = async (member: string) => remember(member, await store.read(member).catch(unavailable))

  return async (member, decide, until) => {
    let entry = memory.get(member)
    let guessed = true
    let trouble: unknown
    for (let tries = 0; tries < limits.tries && (tries === 0 || now() < until); tries++) {
      const update = decide(entry)
      const isBelieved = !guessed || (update.kind === 'finished' && current.has(member))
      if (!update.entry && isBelieved) return update

      const stored = update.entry && (await store.write(update.entry).catch(unanswered))
      if (stored === 'stored') {
        remember(member, update.entry)
        return update
      }
      if (stored && 'error' in stored) trouble = stored.error
      const other = stored && 'conflict' in stored && stored.conflict
      entry = other ? remember(member, other) : await read(member)
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
