import type { LedgerStore, Stepped } from '../core/ports.ts'
import { expiryAttribute } from '../core/resource-names.ts'
import type { ScopeReading } from '../core/sweep/sweep-reading.ts'
import type { ListPlace } from './list-scope.ts'

/** A reading of a scope that ran out of time, for the next invocation to go on with. */
export interface Checkpoint extends Pick<ScopeReading, 'from' | 'calls' | 'counts' | 'findings' | 'more'> {
  readonly place: ListPlace
  /** The members that were listed. Those in the ledger that are not among them at the end of the list are gone. */
  readonly seen: Set<string>
  /** The keys of the items that have the first of them, and how many these are. */
  readonly parts: readonly string[]
  readonly kept: number
}

/** Keeps one checkpoint of each scope, given by its name. Both reject if the table does not answer. */
export interface Checkpoints {
  /** Undefined if there is none, or if its reading began longer ago than the time between two rounds. */
  readonly load: (scope: string) => Promise<Checkpoint | undefined>
  readonly save: (scope: string, checkpoint: Checkpoint) => Promise<void>
}

/** An item of a checkpoint: all but its members, or a part of these, as lines without the scope. */
export type CheckpointItem = Stepped & {
  readonly checkpoint?: Omit<Checkpoint, 'seen' | 'kept'>
  readonly members?: string
  /** Seconds since 1970. */
  readonly [expiryAttribute]: number
}

/** The most members in one item: a UUID and a line end take 37 bytes, and DynamoDB stores 400 KB in an item. */
const membersAtOnce = 8000

/** Opens the checkpoints in the sweep's table. What was kept is never changed: each save adds the members that are new. */
export function createCheckpoints(
  { read, write }: LedgerStore<CheckpointItem>,
  now: () => number,
  everyMs: number,
): Checkpoints {
  const keyOf = (scope: string) => `${scope} checkpoint`
  const put = async (item: Omit<CheckpointItem, typeof expiryAttribute>) => {
    const expires = Math.ceil((now() + 2 * everyMs) / 1000)
    if ((await write({ ...item, [expiryAttribute]: expires })) !== 'stored')
      throw new Error(`${item.member} is not stored: another one is`)
  }
  return {
    load: async scope => {
      const stored = (await read(keyOf(scope)))?.checkpoint
      if (!stored || now() - stored.from > everyMs) return undefined
      const seen = new Set<string>()
      for (const key of stored.parts) {
        const lines = (await read(key))?.members
        if (lines === undefined) return undefined
        for (const id of lines.split('\n')) seen.add(`${scope}/${id}`)
      }
      return { ...stored, seen, kept: seen.size }
    },
    save: async (scope, { seen, kept, parts, ...others }) => {
      const fresh = [...seen].slice(kept).map(member => member.slice(scope.length + 1))
      const keys: string[] = []
      for (let from = 0; from < fresh.length; from += membersAtOnce) {
        const key = `${keyOf(scope)} ${now()} ${keys.length}`
        await put({ member: key, rev: 1, members: fresh.slice(from, from + membersAtOnce).join('\n') })
        keys.push(key)
      }
      const rev = ((await read(keyOf(scope)))?.rev ?? 0) + 1
      await put({ member: keyOf(scope), rev, checkpoint: { ...others, parts: [...parts, ...keys] } })
    },
  }
}
