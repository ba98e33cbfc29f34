import type { ParsedEvent } from '../../../core/event.ts'
import { kinds } from '../../../targets/index.ts'
import { confirm } from '../../confirm.ts'
import { note } from '../../output.ts'
import type { World } from '../../world.ts'
import { assign } from './assign.ts'
import type { Assignment } from './assignments.ts'
import { edited } from './editor.ts'
import { lostIdentity } from './identity.ts'
import { compact, indented } from './lossless.ts'

/**
 * The corrected body: by the assignments, else by a person in an editor, who is asked again while there is a problem.
 * Undefined when it stays wrong; the problem was told then.
 */
export async function correct(
  body: string,
  assignments: readonly Assignment[],
  parse: (body: string, now: number) => ParsedEvent,
  world: World,
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
  if (compact(before) === after) return 'it is the same as before'
  if (!parsed.ok) return `${parsed.reason}: ${parsed.detail}`
  return lostIdentity(kinds, before, after)
}
