import type { ParsedEvent } from '../../functions/core/event/event.ts'
import type { Clock } from './clock.ts'
import type { Code } from './code.ts'
import { catalogueOf } from './events.ts'
import type { Scenario } from './scenario.ts'
import type { Site } from './site.ts'

/** The parser that ships. A body is parsed once a run, and again while its time has not come. */
export function readerOf(
  { createEventParser, kinds }: Code,
  scenario: Scenario,
  clock: Clock,
): Pick<Site, 'parse' | 'changeOf' | 'lookupOf'> {
  const read = createEventParser(
    kinds,
    scenario.people > 0 || scenario.burst || scenario.dates ? catalogueOf(scenario) : {},
  )
  const parsed = new Map<string, ParsedEvent>()
  const parseAt = (body: string, now: number): ParsedEvent => {
    const known = (scenario.dates ? undefined : parsed.get(body)) ?? read(body, now)
    if (known.ok || known.reason !== 'time_in_future') parsed.set(body, known)
    return known
  }
  const inHindsight = (body: string): ParsedEvent => read(body, Date.UTC(9000, 0))
  return {
    // With dates it depends on the moment what a body asks for: the latest reading counts.
    parse: (body, now) => parseAt(body, scenario.dates ? now : clock.now()),
    changeOf: body => {
      const event = parsed.get(body) ?? inHindsight(body)
      return event.ok ? event.change : undefined
    },
    lookupOf: body => {
      const event = parsed.get(body) ?? inHindsight(body)
      return event.ok ? event.lookup : undefined
    },
  }
}
