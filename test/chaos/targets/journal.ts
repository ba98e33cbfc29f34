/** A write as the target saw it. Times are milliseconds since 1970; `seq` orders all that the journals hold. */
export interface Write {
  readonly member: string
  /** The state that it asks for; for the removal of one role `-` and the role. */
  readonly asks: string
  readonly fault: string
  readonly begin: number
  readonly seq: number
  /** When it was answered or its connection cut by the target; absent while neither happened. */
  end?: number
  how?: 'answered' | 'cut'
  status?: number
  readonly landings: Landing[]
}

/** A write that took effect. */
export interface Landing {
  readonly at: number
  readonly seq: number
  readonly before: string
  readonly after: string
}

/** An answer that showed what a member held at that moment, or that it is not there. */
export interface Showing {
  readonly member: string
  readonly at: number
  readonly state: string | undefined
}

/** What happened, for the timeline of a member; `*` concerns all. */
export interface Note {
  readonly at: number
  readonly member: string
  readonly text: string
}

/** The one journal of a run: both targets and the product's outcomes. */
export interface Journal {
  readonly writes: readonly Write[]
  readonly showings: readonly Showing[]
  readonly notes: readonly Note[]
  /** What must never happen, as a target saw it. */
  readonly troubles: readonly Note[]
  note(member: string, text: string): void
  trouble(member: string, text: string): void
  begin(member: string, asks: string, fault: string): Write
  end(write: Write, how: 'answered' | 'cut', status?: number): void
  landed(write: Write, before: string, after: string): void
  shows(member: string, state: string | undefined): void
  /** Called at each write before it begins; true of those who kill the one that makes it. */
  readonly inWrite: Set<() => boolean>
}

/** An empty journal. */
export function createJournal(): Journal {
  const writes: Write[] = []
  const showings: Showing[] = []
  const notes: Note[] = []
  const troubles: Note[] = []
  let seq = 0
  const note = (member: string, text: string) => void notes.push({ at: Date.now(), member, text })
  const journal: Journal = {
    ...{ writes, showings, notes, troubles, note },
    trouble: (member, text) => {
      note(member, `TROUBLE ${text}`)
      troubles.push({ at: Date.now(), member, text })
    },
    begin: (member, asks, fault) => {
      const write: Write = { member, asks, fault, begin: Date.now(), seq: seq++, landings: [] }
      writes.push(write)
      note(member, `write #${write.seq} begins: ${asks || '(nothing)'} [${fault}]`)
      return write
    },
    end: (write, how, status) => {
      if (write.end !== undefined) return
      Object.assign(write, { end: Date.now(), how, ...(status !== undefined && { status }) })
      note(write.member, `write #${write.seq} is ${how}${status === undefined ? '' : ` ${status}`}`)
    },
    landed: (write, before, after) => {
      write.landings.push({ at: Date.now(), seq: seq++, before, after })
      note(write.member, `write #${write.seq} lands: ${before || '(nothing)'} -> ${after || '(nothing)'}`)
    },
    shows: (member, state) => {
      showings.push({ member, at: Date.now(), state })
      note(member, `shown: ${state === undefined ? 'not there' : state || '(nothing)'}`)
    },
    inWrite: new Set(),
  }
  return journal
}
