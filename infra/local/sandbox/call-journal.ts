/** One call in the journal of a sandbox; times are milliseconds since 1970. */
export interface JournalEntry {
  readonly number: number
  readonly member: string
  readonly kind: 'read' | 'write'
  readonly method: string
  readonly path: string
  readonly body: unknown
  readonly began: number
  /** The status of the answer; absent without an answer. */
  status?: number
  /** When the answer was complete or the connection closed. */
  ended?: number
  /** When the call took effect; absent for reads, refusals and writes that never land. */
  landed?: number
  /** The member after the call landed. */
  after?: unknown
}

/** The part of an entry that is known when a call begins. */
export type JournalBeginning = Omit<
  JournalEntry,
  'number' | 'began' | 'status' | 'ended' | 'landed' | 'after'
>

/** Keeps every call in the order of arrival. */
export interface Journal {
  readonly entries: readonly JournalEntry[]
  begin(call: JournalBeginning): JournalEntry
  /** Changes the entry of a call. */
  note(
    entry: JournalEntry,
    change: Partial<Pick<JournalEntry, 'status' | 'ended' | 'landed' | 'after'>>,
  ): void
  /** Resolves with the first entry, now or later, for which `seen` holds. */
  until(seen: (entry: JournalEntry) => boolean): Promise<JournalEntry>
}

/** An empty journal. */
export function journal(now: () => number = Date.now): Journal {
  const entries: JournalEntry[] = []
  const watchers = new Set<(entry: JournalEntry) => void>()
  const tell = (entry: JournalEntry) => {
    for (const watch of watchers) watch(entry)
  }
  return {
    entries,
    begin: call => {
      const entry: JournalEntry = { number: entries.length + 1, ...call, began: now() }
      entries.push(entry)
      tell(entry)
      return entry
    },
    note: (entry, change) => {
      Object.assign(entry, change)
      tell(entry)
    },
    until: seen => {
      const found = entries.find(seen)
      if (found) return Promise.resolve(found)
      return new Promise(resolve => {
        const watch = (entry: JournalEntry) => {
          if (!seen(entry)) return
          watchers.delete(watch)
          resolve(entry)
        }
        watchers.add(watch)
      })
    },
  }
}
