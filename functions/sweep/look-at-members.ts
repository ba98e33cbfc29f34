import { forEachOf } from '../core/for-each-of.ts'
import { hintedMembers, isProvenSince } from '../core/sweep/hint.ts'
import { afterLook, type LookRecord } from '../core/sweep/sweep-reading.ts'
import type { Round } from '../core/sweep/sweep-round.ts'
import { openScope } from './read-one-scope.ts'
import { type MemberRow, readScope } from './read-scope.ts'
import type { RoundBook } from './round-book.ts'
import type { SweepWorld } from './sweep-world.ts'

/** In how many scopes members are looked at side by side. */
const sideBySide = 4

/**
 * Looks at the members that hints name, and enters what it finds of them: all else that is known of their scopes stays. A scope whose
 * members cannot be looked at alone is to be read again. Hints for which the time ends, or at which the ledger does not answer, stay in
 * the round. Returns how many members it looked at.
 */
export async function lookAtHints(
  names: readonly string[],
  world: SweepWorld,
  book: RoundBook,
  deadline: number,
): Promise<number> {
  if (names.length === 0) return 0
  const known = new Set((await world.ledger.entries(names)).keys())
  const left: string[] = []
  let looked = 0
  await forEachOf(hintedMembers(names, known), sideBySide, async ([scope, members]) => {
    const only = new Set(members)
    const complete = (await world.readings.read(scope))?.complete
    const canLook = complete?.more === 0 && !only.has(scope) && !book.round().scopes[scope]?.paused
    const look = canLook ? await lookAt(scope, only, world, deadline) : 'unread'
    if (look === 'later') left.push(...members)
    else if (look === 'unread') book.hint(scope)
    else {
      const counts = await book.change(scope, reading => afterLook(reading, only, look.rows))
      world.telemetry.look(scope, { ...look, members: only.size, counts })
      looked += only.size
    }
  })
  book.keepHints(left)
  return looked
}

/**
 * Reads the list of a scope until these members were seen. `unread`: the list was not read so far. `later`: the time has ended, or the ledger
 * does not answer.
 */
async function lookAt(
  scope: string,
  members: ReadonlySet<string>,
  world: SweepWorld,
  deadline: number,
): Promise<(Pick<LookRecord, 'calls' | 'durationMs'> & { rows: MemberRow[] }) | 'unread' | 'later'> {
  const { now, telemetry } = world
  const began = now()
  if (began >= deadline) return 'later'
  const opened = openScope(scope, world, deadline)
  const rows: MemberRow[] = []
  try {
    for await (const row of readScope({ ...opened.world, only: members })) {
      if (row.kind === 'unread') return 'unread'
      rows.push(row)
    }
  } catch (error) {
    telemetry.trouble('ledger not available; the members are looked at by the next invocation', error)
    return 'later'
  }
  return { rows, calls: opened.calls(), durationMs: now() - began }
}

/**
 * The members that drifted or were gone when their scope was read, and whose state was proven since then: by a re-assertion, or by an event that is
 * applied over it. Rejects if the ledger does not answer.
 */
export async function provenSince({ scopes }: Round, { readings, ledger }: SweepWorld): Promise<string[]> {
  const differing = Object.entries(scopes).filter(
    ([, { complete, counts: { drift = 0, gone = 0 } = {} }]) => complete && drift + gone > 0,
  )
  const all = await Promise.all(differing.map(([scope]) => readings.read(scope)))
  const findings = all.flatMap(reading => reading?.complete?.findings ?? [])
  const found = new Map(
    findings.flatMap(each => (['drift', 'gone'].includes(each.finding) ? [[each.member, each]] : [])),
  )
  if (found.size === 0) return []
  const entries = await ledger.entries([...found.keys()])
  return [...entries].flatMap(([member, entry]) => (isProvenSince(entry, found.get(member)!) ? [member] : []))
}
