import * as v from 'valibot'
import { type EventKind, eventSchema } from '../../../core/event.ts'

/** Where JSON text does not follow the event schema: the paths of the fields, from the outside in. */
export function wrongPaths(kinds: readonly EventKind[], text: string): string[][] {
  const { issues = [] } = v.safeParse(eventSchema(kinds), JSON.parse(text))
  return issues.map(issue => issue.path?.map(item => String(item.key)) ?? [])
}
