import { asObject } from '../../core/json.ts'
import { redact } from '../../core/redact.ts'
import { isNumber, parseLossless } from '../io/lossless-json.ts'

/** How much of a value is told, in characters. */
const mostOfAValue = 60

/** How many fields are told one by one. */
const mostFields = 12

/** What an edit changed, one text a field: `data.roleId: "1" → "2"`, without secrets and personal data. */
export function differences(before: string, after: string): string[] {
  const [old, now] = [fieldsOf(before), fieldsOf(after)]
  if (!old || !now) return ['the whole body']
  const paths = [...new Set([...old.keys(), ...now.keys()])].filter(path => old.get(path) !== now.get(path))
  const told = paths.slice(0, mostFields).map(path => {
    // What the corrected event holds there are ids and roles, which would pass for telephone numbers.
    const show = (path === 'time' || path.startsWith('data.')) && now.has(path) ? plain : shown
    return `${shown(path)}: ${show(old.get(path))} → ${show(now.get(path))}`
  })
  return paths.length > mostFields ? [...told, `and ${paths.length - mostFields} more fields`] : told
}

const shown = (value = '(none)'): string => shortened(redact(value))

/** Ids, names and times as they stand; anything else loses what must not be kept. */
const plain = (value = '(none)'): string =>
  /^["\w.,:+[\]()-]*$/.test(value) ? shortened(value) : shown(value)

const shortened = (text: string): string =>
  text.length > mostOfAValue ? `${text.slice(0, mostOfAValue - 1)}…` : text

/** The JSON text of each field by its path; undefined when it is not a JSON object. */
function fieldsOf(text: string): Map<string, string> | undefined {
  const fields = new Map<string, string>()
  const add = (object: object, start: string) => {
    for (const [key, value] of Object.entries(object)) {
      const inner = isNumber(value) ? undefined : asObject(value)
      if (inner) add(inner, `${start}${key}.`)
      else fields.set(start + key, JSON.stringify(value))
    }
  }
  try {
    const object = asObject(parseLossless(text))
    if (!object) return undefined
    add(object, '')
    return fields
  } catch {
    return undefined
  }
}
