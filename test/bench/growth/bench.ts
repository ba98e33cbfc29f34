import type { Section } from '../section.ts'
import { backlog } from './backlog.ts'
import { hot } from './hot.ts'
import { organizations } from './organizations.ts'

/** What an event costs as there is more of everything: the real consumer, all else in memory. */
export async function growth(rounds: number): Promise<Section> {
  return {
    title: 'Growth',
    note: `the real consumer with in-memory stand-ins; µs/event: medians of ${rounds} interleaved rounds, the rest is counted; flat is 1`,
    rows: [...(await backlog(rounds)), ...(await hot()), ...(await organizations())],
  }
}
