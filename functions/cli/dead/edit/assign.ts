import { asObject } from '../../../core/answer.ts'
import type { EventKind } from '../../../core/event.ts'
import { Failure } from '../../exit.ts'
import type { Assignment } from './assignments.ts'
import { parseLossless } from './lossless.ts'
import { wrongPaths } from './wrong-paths.ts'

/**
 * The body with the assignments made, as compact JSON. A value stays the text that was typed wherever the schema takes
 * it, so that ids keep all their digits, and becomes the JSON it spells (`true`, `["…"]`) where only that is taken. A
 * Failure where there is no such place.
 */
export function assign(
  kinds: readonly EventKind[],
  body: string,
  assignments: readonly Assignment[],
): string {
  const before = parsed(body)
  if (!asObject(before)) throw new Failure('the body is not a JSON object: edit it as text, in $EDITOR')
  const asJson = new Set<Assignment>()
  for (;;) {
    const after = assignments.reduce<unknown>(
      (tree, one) => placed(tree, one.path, asJson.has(one) ? parsed(one.value) : one.value),
      before,
    )
    const text = JSON.stringify(after)
    const wrong = wrongPaths(kinds, text)
    const next = assignments.find(
      one => !asJson.has(one) && isJson(one.value) && wrong.some(path => startsWith(path, one.path)),
    )
    if (!next) return text
    asJson.add(next)
  }
}

/** The tree with a value at the path; undefined takes the field away. Objects on the way are made where there are none. */
function placed(tree: unknown, [key = '', ...rest]: readonly string[], value: unknown): unknown {
  const object = tree === undefined ? {} : asObject(tree)
  if (!object) throw new Failure(`${key}: there is no object to hold it`)
  const inner = Object.hasOwn(object, key) ? object[key] : undefined
  return { ...object, [key]: rest.length === 0 ? value : placed(inner, rest, value) }
}

const startsWith = (path: readonly string[], start: readonly string[]): boolean =>
  start.every((key, index) => path[index] === key)

/** Whether the text spells JSON other than a string: a quoted one is meant as it stands. */
const isJson = (text: string | undefined): boolean => {
  const value = parsed(text)
  return value !== undefined && typeof value !== 'string'
}

function parsed(text = ''): unknown {
  try {
    return parseLossless(text)
  } catch {
    return undefined
  }
}
