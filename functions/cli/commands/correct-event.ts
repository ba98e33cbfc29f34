import type { ParsedEvent } from '../../core/event/event.ts'
import type { EventKind } from '../../core/event/event-contract.ts'
import { asObject } from '../../core/json.ts'
import { kinds } from '../../targets/index.ts'
import type { CliWorld } from '../io/cli-world.ts'
import { edited } from '../io/files.ts'
import { compact, indented } from '../io/lossless-json.ts'
import { confirm, note } from '../io/output.ts'
import { type Assignment, assign, wrongPaths } from './edit-assignments.ts'

/**
 * The corrected body: by the assignments, else by a person in an editor, who is asked again while there is a problem.
 * Undefined when it stays wrong; the problem was told then.
 */
export async function correct(
  body: string,
  assignments: readonly Assignment[],
  parse: (body: string, now: number) => ParsedEvent,
  world: CliWorld,
): Promise<string | undefined> {
  for (let text = indented(body) ?? body; ; ) {
    if (assignments.length === 0) text = await edited(text, world.env)
    const after =
      assignments.length > 0 ? assign(kinds, body, assignments) : compact(text.replace(/^\ufeff/, '').trim())
    const problem = problemOf(body, after, parse(after, world.now()))
    if (problem === undefined) return after
    await note(world, `not changed: ${problem}`)
    if (assignments.length > 0 || !world.stdin.isTTY) return undefined
    if (!(await confirm(world, 'Edit it again?'))) return undefined
  }
}

function problemOf(before: string, after: string, parsed: ParsedEvent): string | undefined {
  if (compact(before) === after) return 'the event is unchanged'
  if (!parsed.ok) return `${parsed.reason}: ${parsed.detail}`
  return lostIdentity(kinds, before, after)
}

/** What names an event and its place among the others: another event would be another change. */
const kept = ['id', 'source', 'time', 'sequence'] as const

/** What an edit would change that it must not; undefined when all is kept. What was not valid before may be put right. */
function lostIdentity(kinds: readonly EventKind[], before: string, after: string): string | undefined {
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
