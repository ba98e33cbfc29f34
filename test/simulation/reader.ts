import type { ParsedEvent } from '../../functions/core/event.ts'
import type { Clock } from './clock.ts'
import type { Code } from './code.ts'
import { catalogueOf } from './events.ts'
import type { Scenario } from './scenario.ts'
import type { Site } from './site.ts'

/** The parser that ships; a body is parsed once a run. */
export function readerOf(
  { createEventParser, kinds }: Code,
  scenario: Scenario,
  clock: Clock,
): Pick<Site, 'parse' | 'changeOf' | 'lookupOf'> {
  const read = createEventParser(kinds, scenario.people > 0 ? catalogueOf(scenario) : {})
  const parsed = new Map<string, ParsedEvent>()
  const parse = (body: string): ParsedEvent => {
    const known = parsed.get(body) ?? read(body, clock.now())
    parsed.set(body, known)
    return known
  }
  return {
    parse,
    changeOf: body => {
      const event = parse(body)
      return event.ok ? event.change : undefined
    },
    lookupOf: body => {
      const event = parse(body)
      return event.ok ? event.lookup : undefined
    },
  }
}
