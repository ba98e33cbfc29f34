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

/** A message in flight, as far as it can be read. */
export interface Flight extends Named, Omit<InFlightMessage, 'body'> {
  /** What it waits for; absent while it is worked on. */
  readonly cause?: string
}

/** What is in flight to one target. */
export interface TargetFlights {
  readonly target: string
  readonly atWork: number
  readonly waiting: number
  /** How many wait for what, the most first. */
  readonly causes: readonly (readonly [cause: string, count: number])[]
  /** The oldest send and the next return among those that wait, in milliseconds since 1970. */
  readonly oldestAt?: number
  readonly nextAt?: number
}

/** The target of a body that names none. */
export const unreadable = 'unreadable'

const parse = createEventParser(kinds, {})

/** The messages in flight with their names and what they wait for; who was seen before is not read again. */
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

/** A wait from before the last receive is over. */
const waiting = (wait: Wait | undefined, receives: number): { cause?: string } =>
  wait && wait.receives >= receives ? { cause: wait.cause } : {}

/** The flights by target: the known targets first, in their order, also where nothing is in flight to them. */
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
