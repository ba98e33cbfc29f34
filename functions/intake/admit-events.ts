import type { ParsedEvent } from '../core/event/event.ts'
import { bodyOf } from '../core/event/event-body.ts'
import type { Candidate, Refusal } from './source-kind.ts'

/** The bodies to enqueue, and the refused events with their reasons. */
export interface Admitted {
  readonly bodies: readonly string[]
  readonly refused: readonly Refusal[]
}

/**
 * Checks candidates against the event contract. Refuses errors that the sender can correct. Accepts an unknown role: the catalogue is
 * ours, and the dead letter can be replayed. `now` is milliseconds since 1970.
 */
export function admit(
  candidates: readonly Candidate[],
  parse: (body: string, now: number) => ParsedEvent,
  now: number,
): Admitted {
  const bodies: string[] = []
  const refused: Refusal[] = []
  for (const { index, event } of candidates) {
    const body = bodyIfFlat(event)
    if (body === undefined) {
      refused.push({ index, reason: 'invalid_event', detail: '(body): must not be nested so deeply' })
      continue
    }
    const parsed = parse(body, now)
    if (!parsed.ok && (parsed.reason === 'invalid_event' || parsed.reason === 'time_in_future')) {
      refused.push({ index, reason: parsed.reason, detail: parsed.detail })
    } else bodies.push(body)
  }
  return { bodies, refused }
}

/** The body of an event. Undefined if the event is nested too deeply for the call stack. */
function bodyIfFlat(event: unknown): string | undefined {
  try {
    return bodyOf(event)
  } catch {
    return undefined
  }
}
