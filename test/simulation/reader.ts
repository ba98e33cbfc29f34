import type { ParsedEvent } from '../../functions/core/event/event.ts'
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
): Pick<Site, 'parse' | 'changeOf' | 'lookupOf'> & {
  /** The lookup in an event that is still to be sent: read in hindsight, for its time is not come. */
  readonly sentLookupOf: Site['lookupOf']
} {
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
    sentLookupOf: body => {
      const event = read(body, Date.UTC(9000, 0))
      return event.ok ? event.lookup : undefined
    },
    lookupOf: body => {
      const event = parse(body)
      return event.ok ? event.lookup : undefined
    },
  }
}
