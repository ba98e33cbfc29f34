import { personTarget } from '../../../functions/core/people/person-event.ts'
import type { Outcome } from '../outcomes/message-outcome.ts'

/**
 * Puts together what happened to one member or one person. The groups keep the order of their first messages, `order`; in a group the
 * outcomes keep the order in which they happened, and what a person's event became follows that event.
 */
export function byWhom(outcomes: readonly Outcome[], order: ReadonlyMap<string, number>): Outcome[] {
  const last = order.size
  const groups = [...Map.groupBy(outcomes, whom).values()].map(group => ({
    first: group.reduce((least, { messageId }) => Math.min(least, order.get(messageId) ?? last), last),
    group: group.toSorted((a, b) => Number(isOfPerson(b)) - Number(isOfPerson(a))),
  }))
  return groups.toSorted((a, b) => a.first - b.first).flatMap(({ group }) => group)
}

/** The person's event, where it names a person or comes from such an event; else the member. */
function whom(outcome: Outcome): string {
  const { event, member, messageId } = outcome
  if (event === null) return member ?? messageId
  if (isOfPerson(outcome)) return event
  return isMadeForPerson(outcome) ? event.slice(0, -`/${member}`.length) : (member ?? messageId)
}

const isOfPerson = ({ target }: Outcome): boolean => target === personTarget

/** Whether the event was made for a membership of a person: its id ends in the member. */
export const isMadeForPerson = ({ event, member }: Outcome): boolean =>
  event !== null && member !== null && event.endsWith(`/${member}`)
