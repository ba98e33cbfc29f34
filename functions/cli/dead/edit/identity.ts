import { asObject } from '../../../core/answer.ts'
import type { EventKind } from '../../../core/event.ts'
import { wrongPaths } from './wrong-paths.ts'

/** What names an event and its place among the others: another event would be another change. */
const kept = ['id', 'source', 'time', 'sequence'] as const

/** What an edit would change that it must not; undefined when all is kept. What was not valid before may be put right. */
export function lostIdentity(kinds: readonly EventKind[], before: string, after: string): string | undefined {
  const old = objectIn(before)
  const now = objectIn(after)
  if (!old) return undefined
  const wrong = new Set(wrongPaths(kinds, before).map(([key]) => key))
  const lost = kept.filter(key => !wrong.has(key) && attributeOf(old, key) !== attributeOf(now, key))
  return lost.length > 0
    ? `an edit keeps id, source, time and sequence: ${lost.join(', ')} would change`
    : undefined
}

/** An attribute that is null is unset (CloudEvents JSON format, 2.2). */
const attributeOf = (event: Readonly<Record<string, unknown>> | undefined, key: string): unknown =>
  event?.[key] ?? undefined

function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    return asObject(JSON.parse(text))
  } catch {
    return undefined
  }
}
