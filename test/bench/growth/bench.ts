import type { Section } from '../section.ts'
import { backlog } from './backlog.ts'
import { hot } from './hot.ts'
import { organizations } from './organizations.ts'

/** What an event costs as there is more of everything: the real consumer, all else in memory. The largest backlog is drained `drains` times. */
export async function growth(drains: number): Promise<Section> {
  return {
    title: 'Growth',
    note: `the real consumer with in-memory stand-ins; CPU µs/event: medians over pieces of a thousand events that take turns, ${drains} backlogs of 100,000; the rest is counted; flat is 1`,
    rows: [...(await backlog(drains)), ...(await hot()), ...(await organizations())],
  }
}
