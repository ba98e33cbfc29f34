import { asObject } from '../../core/json.ts'
import { redact } from '../../core/redact.ts'
import { isNumber, parseLossless } from '../io/lossless-json.ts'

/** How much of a value is shown, in characters. */
const maxValueLength = 60

/** How many fields are listed. */
const maxFields = 12

/** The changes of an edit, one text for each field: `data.roleId: "1" → "2"`, without secrets and personal data. */
export function differences(before: string, after: string): string[] {
  const [old, now] = [fieldsOf(before), fieldsOf(after)]
  if (!old || !now) return ['the whole body']
  const paths = [...new Set([...old.keys(), ...now.keys()])].filter(path => old.get(path) !== now.get(path))
  const listed = paths.slice(0, maxFields).map(path => {
    // In a valid event these are ids and roles; `redact` would take some for telephone numbers.
    const show = (path === 'time' || path.startsWith('data.')) && now.has(path) ? plain : shown
    return `${shown(path)}: ${show(old.get(path))} → ${show(now.get(path))}`
  })
  return paths.length > maxFields ? [...listed, `and ${paths.length - maxFields} more fields`] : listed
}

const shown = (value = '(none)'): string => shortened(redact(value))

/** Shows ids, names and times unchanged, and redacts anything else. */
const plain = (value = '(none)'): string =>
  /^["\w.,:+[\]()-]*$/.test(value) ? shortened(value) : shown(value)

const shortened = (text: string): string =>
  text.length > maxValueLength ? `${text.slice(0, maxValueLength - 1)}…` : text

/** The JSON text of each field, by path. Undefined if the text is not a JSON object. */
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
