import { createEventParser } from '../../../functions/core/event/event-parser.ts'
import type { Catalogue } from '../../../functions/core/event/role-catalogue.ts'
import { kinds } from '../../../functions/targets/index.ts'
import type { Outcome } from './message-outcome.ts'

/** A message that is on the changes queue when a run begins. */
export interface QueuedMessage {
  readonly messageId: string
  readonly body: string
}

/** The expected number of messages of a run. */
export interface ExpectedMessages {
  readonly total: number
  /** Takes an outcome: it tells how many events a person's event really became. */
  ended(outcome: Outcome): void
}

/**
 * Expects the queued messages and, for each event that names a person, one more for each scope of its role. `now` is milliseconds since
 * 1970. `approved`: each held change is released and sent again. `more`: as many are sent in the course of the run.
 */
export function expectedMessages(
  queued: readonly QueuedMessage[],
  catalogue: Catalogue,
  now: number,
  { approved, more }: { readonly approved: boolean; readonly more: number } = { approved: false, more: 0 },
): ExpectedMessages {
  const parse = createEventParser(kinds, catalogue)
  const scopesOf = (body: string): number => {
    const parsed = parse(body, now)
    return parsed.ok ? (parsed.lookup?.scopes.length ?? 0) : 0
  }
  const scopes = new Map(queued.map(({ messageId, body }) => [messageId, scopesOf(body)]))
  let known = 0
  let total = more + queued.length + [...scopes.values()].reduce((sum, count) => sum + count, 0)
  return {
    get total() {
      return Math.max(total, known)
    },
    ended: ({ messageId, outcome, events = 0 }) => {
      known += 1
      if (outcome === 'held' && approved) total += 1
      total += events - (scopes.get(messageId) ?? 0)
    },
  }
}
