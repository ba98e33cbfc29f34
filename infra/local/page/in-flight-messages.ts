import { createEventParser, type Named } from '../../../functions/core/event/event.ts'
import { kinds } from '../../../functions/targets/index.ts'
import type { Wait, Waits } from './waiting-messages.ts'

/** A message that was received and not yet deleted. */
export interface InFlightMessage {
  readonly messageId: string
  readonly body: string
  readonly receives: number
  /** When it was sent, in milliseconds since 1970. */
  readonly sentAt: number
  /** When its visibility timeout ends, in milliseconds since 1970. */
  readonly dueAt: number
}

/** A message in flight with the names of its event, as far as they are readable. */
export interface Flight extends Named, Omit<InFlightMessage, 'body'> {
  /** Why it waits for a retry; absent while an attempt runs. */
  readonly cause?: string
}

/** What is in flight to one target. */
export interface TargetFlights {
  readonly target: string
  readonly atWork: number
  readonly waiting: number
  /** The number of waiting messages by cause, the most first. */
  readonly causes: readonly (readonly [cause: string, count: number])[]
  /** The oldest send, and the next end of a visibility timeout among waiting messages: milliseconds since 1970. */
  readonly oldestAt?: number
  readonly nextAt?: number
}

/** The target of a body that names none. */
export const unreadable = 'unreadable'

const parse = createEventParser(kinds, {})

/** The messages in flight with their names and causes. It takes the names from `before` where it can. */
export function flightsOf(
  messages: readonly InFlightMessage[],
  waits: Pick<Waits, 'of'>,
  before: readonly Flight[] = [],
): Flight[] {
  const known = new Map(before.map(flight => [flight.messageId, namesOf(flight)]))
  return messages.map(({ messageId, body, receives, sentAt, dueAt }) => {
    const named = known.get(messageId) ?? parse(body, sentAt).named
    return { ...named, messageId, receives, sentAt, dueAt, ...waiting(waits.of(messageId), receives) }
  })
}

const namesOf = ({ event, source, target, member }: Named): Named => ({ event, source, target, member })

/** The cause of a wait that no later receive ended. */
const waiting = (wait: Wait | undefined, receives: number): { cause?: string } =>
  wait && wait.receives >= receives ? { cause: wait.cause } : {}

/** The flights by target. Known targets come first, also those without flights. */
export function byTarget(flights: readonly Flight[]): TargetFlights[] {
  const groups = Map.groupBy(flights, ({ target }) => target ?? unreadable)
  const names = new Set([...kinds.map(kind => kind.name), ...groups.keys()])
  return [...names].map(target => summaryOf(target, groups.get(target) ?? []))
}

function summaryOf(target: string, flights: readonly Flight[]): TargetFlights {
  const waiting = flights.filter(({ cause }) => cause !== undefined)
  const causes = [...Map.groupBy(waiting, ({ cause }) => cause!)]
    .map(([cause, those]) => [cause, those.length] as const)
    .sort((one, other) => other[1] - one[1])
  return {
    ...{ target, atWork: flights.length - waiting.length, waiting: waiting.length, causes },
    ...(flights.length > 0 && { oldestAt: least(flights.map(({ sentAt }) => sentAt)) }),
    ...(waiting.length > 0 && { nextAt: least(waiting.map(({ dueAt }) => dueAt)) }),
  }
}

const least = (times: readonly number[]): number => times.reduce((one, other) => Math.min(one, other))
