import { asObject } from '../../../core/answer.ts'
import type { EventKind } from '../../../core/event.ts'
import { wrongPaths } from './wrong-paths.ts'

/** What names an event and its place among the others: another event would be another change. */
const kept = ['id', 'source', 'time'] as const

/** What an edit would change that it must not; undefined when all is kept. What was not valid before may be put right. */
export function lostIdentity(kinds: readonly EventKind[], before: string, after: string): string | undefined {
  const old = objectIn(before)
  const now = objectIn(after)
  if (!old) return undefined
  const wrong = new Set(wrongPaths(kinds, before).map(([key]) => key))
  const lost = kept.filter(key => !wrong.has(key) && old[key] !== now?.[key])
  return lost.length > 0 ? `an edit keeps id, source and time: ${lost.join(', ')} would change` : undefined
}

function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    return asObject(JSON.parse(text))
  } catch {
    return undefined
  }
}
