import { halfName } from '../../core/event/dates.ts'
import type { ParsedEvent } from '../../core/event/event.ts'
import type { EventKind } from '../../core/event/event-contract.ts'
import { asObject } from '../../core/json.ts'
import { kinds } from '../../targets/index.ts'
import type { CliWorld } from '../io/cli-world.ts'
import { editText } from '../io/files.ts'
import { compact, indented } from '../io/lossless-json.ts'
import { confirm, note } from '../io/output.ts'
import { type Assignment, assign, wrongPaths } from './edit-assignments.ts'

/**
 * Returns the corrected body: changed by the assignments, or else in an editor, which may be opened again after a problem.
 * Prints each problem. Undefined if the body is still wrong.
 */
export async function correct(
  body: string,
  assignments: readonly Assignment[],
  parse: (body: string, now: number) => ParsedEvent,
  world: CliWorld,
): Promise<string | undefined> {
  for (let text = indented(body) ?? body; ; ) {
    if (assignments.length === 0) text = await editText(text, world.env)
    const after =
      assignments.length > 0 ? assign(kinds, body, assignments) : compact(text.replace(/^\ufeff/, '').trim())
    const problem = problemOf(body, after, parse(after, world.now()))
    if (problem === undefined) return after
    await note(world, `Not changed: ${problem}`)
    if (assignments.length > 0 || !world.stdin.isTTY) return undefined
    if (!(await confirm(world, 'Edit it again?'))) return undefined
  }
}

function problemOf(before: string, after: string, parsed: ParsedEvent): string | undefined {
  if (compact(before) === after) return 'the event is unchanged'
  if (!parsed.ok) return `${parsed.reason}: ${parsed.detail}`
  return changedIdentity(kinds, before, after)
}

/** What an edit must keep, by path: it identifies and orders the change. */
const identity = [['id'], ['source'], ['time'], ['sequence'], [halfName], ['data', 'from']] as const

/** The problem if an edit changes the identity, else undefined. An attribute that was invalid before may be corrected. */
function changedIdentity(kinds: readonly EventKind[], before: string, after: string): string | undefined {
  const old = objectIn(before)
  const now = objectIn(after)
  if (!old) return undefined
  const wrong = new Set(wrongPaths(kinds, before).map(nameOf))
  const changed = identity.filter(
    path => !wrong.has(nameOf(path)) && valueAt(old, path) !== valueAt(now, path),
  )
  return changed.length > 0
    ? `an edit must keep ${identity.map(nameOf).join(', ')}: ${changed.map(nameOf).join(', ')} would change`
    : undefined
}

const nameOf = (path: readonly string[]): string => path.join('.')

/** What is at this path. An attribute that is null is unset (CloudEvents JSON format, 2.2). */
const valueAt = (event: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((value, key) => asObject(value)?.[key], event) ?? undefined

function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    return asObject(JSON.parse(text))
  } catch {
    return undefined
  }
}
