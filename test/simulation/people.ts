import type { Change } from '../../functions/core/event/event.ts'
import { isReplay } from '../../functions/core/event/sqs-message.ts'
import type { Lookup } from '../../functions/core/people/person-event.ts'
import type { OutcomeRecord } from '../../functions/core/ports.ts'
import type { Clock } from './clock.ts'
import { addressOf, isRenewed, memberNames, renewedOf, twinOf } from './events.ts'
import { keepMs } from './memory.ts'
import { placeOf } from './places.ts'
import type { Received, Stored } from './queue.ts'
import type { Scenario } from './scenario.ts'

/** Holds what becomes of events that name people to the invariants 1, 5, 12 and 13. */
export interface PeopleWatch {
  readonly joined: (member: string) => void
  /** The membership was removed, and the person has been added anew under another name. */
  readonly renewed: (member: string) => void
  /** An event of a person's member is on the queue; `senders`: the messages that name this person, and are in hand. */
  readonly enqueued: (change: Change, cause: string, senders: readonly Received[]) => void
  /** A message that names a person has come to its end. */
  readonly ended: (record: OutcomeRecord, received: Received, lookup: Lookup) => void
}

/** `lookupOf` reads the event of an id, as its producer sent it. */
export function watchPeople(
  scenario: Scenario,
  clock: Clock,
  violate: (invariant: string, member: string, detail: string) => void,
  lookupOf: (id: string) => Lookup | undefined,
): PeopleWatch {
  const { notFoundGraceMs } = scenario.rules
  const start = clock.now()
  const joinedAt = new Map<string, number>()
  const leftAt = new Map<string, number>()
  const told = new Set<string>()
  const senders = new Set<string>()
  const ends = new Map<string, { readonly as: string; readonly at: number }>()
  const byAddress = Map.groupBy(memberNames(scenario), (_, index) => addressOf(scenario, index))
  const membersOf = ({ email }: Lookup) =>
    (byAddress.get(email) ?? []).flatMap(member => (leftAt.has(member) ? [renewedOf(member)] : [member]))
  const isTold = (member: string, { version }: Lookup) => told.has(`${version.id}/${member}`)

  /** When the lists of the member's target could first be read, since the message was first received. */
  const firstLook = ({ firstReceivedAt = start }: Stored, member: string): number => {
    const outage = scenario.outages.find(
      ({ from, to, target = placeOf(member) }) =>
        target === placeOf(member) && start + from <= firstReceivedAt && firstReceivedAt < start + to,
    )
    return outage ? start + outage.to : firstReceivedAt
  }
  /** Until when a person who joins must be found; the clocks differ. */
  const graceEnd = (stored: Stored, member: string): number =>
    firstLook(stored, member) + (isReplay({ trail: stored.trail } as never) ? 0 : notFoundGraceMs - 1000)
  /** Whether the message must have met this membership. One that was made anew may have been found under its old name before. */
  const mustBeMet = (member: string, { stored, at: began }: Received): boolean => {
    const by = [
      began,
      graceEnd(stored, member),
      ...(isRenewed(member) ? [stored.firstReceivedAt ?? start] : []),
    ]
    return (joinedAt.get(member) ?? Number.POSITIVE_INFINITY) < Math.min(...by)
  }

  return {
    joined: member => void joinedAt.set(member, clock.now()),
    renewed: member => {
      leftAt.set(member, clock.now())
      joinedAt.set(renewedOf(member), clock.now())
    },

    enqueued: ({ member, version }, cause, inHand) => {
      told.add(`${cause}/${member}`)
      const [sender, another] = inHand
      if (sender && !another) senders.add(sender.stored.id)
      const lookup = lookupOf(cause)
      const wrong = (why: string) => violate('13 nobody else is told', member, `${version.id}: ${why}`)
      if (!lookup || version.id !== `${cause}/${member}`) return wrong(`the cause is ${cause}`)
      if (version.time !== lookup.version.time || version.sequence !== lookup.version.sequence) {
        wrong('it is of another time')
      }
      const of = isRenewed(member) ? [...leftAt.keys()].find(old => renewedOf(old) === member) : member
      if (!byAddress.get(lookup.email)?.includes(of ?? '')) wrong('the address is that of another')
      if (inHand.every(({ stored, at }) => (ends.get(stored.id)?.at ?? at) < at)) {
        violate('1 an end is an end', member, `${version.id} is sent by a message that had ended`)
      }
      // What was true a while before the message came may be remembered, and what was true then is sent when it can be.
      const first = Math.min(...inHand.map(({ stored }) => stored.firstReceivedAt ?? start))
      const twin = twinOf(member)
      if (twin !== member && (joinedAt.get(twin) ?? first) < first - keepMs) wrong('two have this address')
      if ((leftAt.get(member) ?? first) < first) wrong('this membership was removed before')
    },

    ended: (record, received, lookup) => {
      const { outcome, reason, messageId, detail = '' } = record
      const { stored } = received
      const wrongly = (why: string) => violate('5 rightly dead', lookup.version.id, `${messageId}: ${why}`)
      const as = `${outcome} ${reason ?? ''}`
      // It is looked up when it takes effect, by another message; a repeat of this one may be later.
      if (outcome === 'scheduled') return
      const before = ends.get(messageId)
      if (before && before.as !== as) {
        violate('1 an end is an end', lookup.version.id, `${messageId} was ${before.as}, then ${as}`)
      }
      if (before) return
      ends.set(messageId, { as, at: clock.now() })
      const members = membersOf(lookup)
      const untold = members.filter(member => !isTold(member, lookup))
      const early = untold.filter(member => !isRenewed(member) && clock.now() < graceEnd(stored, member))
      const unmet = untold.filter(member => mustBeMet(member, received))
      if (outcome === 'resolved') {
        for (const member of new Set([...early, ...unmet])) {
          violate('12 everybody who is named is told', member, `${messageId} of ${lookup.version.id}`)
        }
        return
      }
      if (outcome !== 'dead') return wrongly(`ended as ${outcome}`)
      if (senders.has(messageId) && !detail.includes('on the queue')) {
        wrongly(`it does not say what it has done: ${detail}`)
      }
      if (reason === 'person_ambiguous') {
        if (!members.some(member => joinedAt.has(twinOf(member)))) wrongly('nobody has the same address')
      } else if (reason === 'person_not_found') {
        if (early.length > 0) wrongly('it is within the grace')
        if (unmet.length > 0) wrongly('the person is there')
      } else if (reason !== 'gave_up' && reason !== 'time_in_future') wrongly(String(reason))
    },
  }
}

/** Every spelling of an address that may not be told anywhere. */
export const spellings = (address: string): string[] => [
  ...new Set([address, address.toUpperCase(), capitalized(address)]),
]

/** As people write it who do not care. */
export const capitalized = (address: string): string => address.replace(/^./, first => first.toUpperCase())
