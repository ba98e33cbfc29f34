import { createReadingNotes, type ScopeReading } from '../core/sweep/sweep-reading.ts'
import type { Unread } from './list-scope.ts'
import { notIndexed, readScope, type ScopeWorld } from './read-scope.ts'
import { type SweepWorld, targetOf } from './sweep-world.ts'

/** How one scope is read. */
interface Part {
  readonly deadline: number
  /** It has the whole time of an invocation. */
  readonly hadAll: boolean
  /** The invocation before left its reading for this one. */
  readonly isPaused: boolean
  readonly isIndexed: boolean
}

/**
 * Reads one scope. `paused`: a part of it, and the next invocation goes on. Undefined if it is read again: the time ended before a page was
 * read, or the ledger did not answer. If it `hadAll` the time, it is incomplete then: else it would be the first of each invocation, for ever.
 */
export async function readOne(
  name: string,
  world: SweepWorld,
  { deadline, hadAll, isPaused, isIndexed }: Part,
): Promise<ScopeReading | 'paused' | undefined> {
  const { now, telemetry, checkpoints } = world
  const opened = openScope(name, world, deadline)
  const before = isPaused ? await checkpoints.load(name) : undefined
  const { from = now(), seen = new Set<string>(), parts = [], kept = 0 } = before ?? {}
  const notes = createReadingNotes(before)
  let unread: Unread | undefined = isIndexed ? undefined : notIndexed
  try {
    for await (const row of readScope({
      ...opened.world,
      ...{ seen, place: before?.place },
      // What is in flight then is looked at again first.
      pauseAt: opened.world.until - 2 * world.settleMs,
    })) {
      if (row.kind === 'member') notes.add(row)
      else unread = row
    }
  } catch (error) {
    telemetry.trouble('ledger not available; the scope is read again by the next invocation', error)
    return undefined
  }
  const calls = (before?.calls ?? 0) + opened.calls()
  const place = unread?.place
  if (place) {
    await checkpoints.save(name, { place, from, calls, seen, parts, kept, ...notes.notes() })
    return 'paused'
  }
  const reading: ScopeReading = {
    from,
    at: now(),
    calls,
    ...(unread && { unread: whyOf(unread) }),
    ...notes.notes(),
  }
  const isOver = unread?.cause === 'no_time' && !hadAll
  telemetry.reading(name, reading)
  return isOver ? undefined : reading
}

const whyOf = ({ page, cause, detail }: Unread) => ({ page, cause, detail })

/** What the reading of a scope needs, and how many calls it has made. No request ends after the deadline. */
export function openScope(
  name: string,
  { now, wait, targets, ledger, pending, settleMs, requestTimeoutMs, catalogueScopes }: SweepWorld,
  deadline: number,
): { readonly world: ScopeWorld; readonly calls: () => number } {
  const swept = targets.get(targetOf(name))
  if (!swept) throw new Error(`no target for the scope ${name}`)
  const { kind, target, turn, http } = swept
  const send = http(deadline)
  let calls = 0
  return {
    calls: () => calls,
    world: {
      ...{ kind, target, turn, wait, now, settleMs, until: deadline - requestTimeoutMs },
      ...{ entries: ledger.entries, membersOf: ledger.membersOf, pending },
      scope: name.slice(kind.name.length + 1),
      mayBeAbsent: !catalogueScopes.includes(name),
      http: request => {
        calls += 1
        return send(request)
      },
    },
  }
}
