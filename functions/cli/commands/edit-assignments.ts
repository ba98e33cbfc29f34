import * as v from 'valibot'
import { type EventKind, eventSchema } from '../../core/event/event-contract.ts'
import { asObject } from '../../core/json.ts'
import { Failure } from '../io/exit-codes.ts'
import { parseLossless } from '../io/lossless-json.ts'

/**
 * Applies the assignments to the body. Returns compact JSON. A value stays a string if the schema accepts it, so that ids keep
 * all digits; otherwise it is parsed as JSON (`true`, `["…"]`). Throws a Failure if a path leads through something that is
 * not an object.
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

/** The tree with a value at the path. Undefined removes the field. Missing objects on the path are created. */
function placed(tree: unknown, [key = '', ...rest]: readonly string[], value: unknown): unknown {
  const object = tree === undefined ? {} : asObject(tree)
  if (!object) throw new Failure(`${key}: its parent is not an object`)
  const inner = Object.hasOwn(object, key) ? object[key] : undefined
  return { ...object, [key]: rest.length === 0 ? value : placed(inner, rest, value) }
}

const startsWith = (path: readonly string[], start: readonly string[]): boolean =>
  start.every((key, index) => path[index] === key)

/** Whether the text is JSON, but not a quoted string: that is taken literally. */
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

/** The paths of the fields that violate the event schema, outermost key first. */
export function wrongPaths(kinds: readonly EventKind[], text: string): string[][] {
  const { issues = [] } = v.safeParse(eventSchema(kinds), JSON.parse(text))
  return issues.map(issue => issue.path?.map(item => String(item.key)) ?? [])
}

/** One `--set path=value` or, without a value, one `--unset path`. */
export interface Assignment {
  readonly path: readonly string[]
  readonly value?: string
}

/** Parses `data.roleId=42`. Throws a Failure if it is not an assignment. */
export function parseSet(text: string): Assignment {
  const at = text.indexOf('=')
  if (at < 1) throw new Failure(`--set ${text}: must be path=value, for example data.role=engineer`)
  return { ...parseUnset(text.slice(0, at)), value: text.slice(at + 1) }
}

/** Parses `data.role`. Throws a Failure if it is not a path. */
export function parseUnset(text: string): Assignment {
  const path = text.split('.')
  if (path.includes('')) throw new Failure(`${text}: must be the path of a field, for example data.role`)
  return { path }
}
