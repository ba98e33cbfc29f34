import type { Change } from '../../functions/core/event.ts'
import { isReplay } from '../../functions/core/message.ts'
import type { Lookup } from '../../functions/core/person.ts'
import type { OutcomeRecord } from '../../functions/core/ports.ts'
import type { Clock } from './clock.ts'
import { addressOf, memberNames, twinOf } from './events.ts'
import type { Received } from './queue.ts'
import type { Scenario } from './scenario.ts'

/** Holds what becomes of events that name people to the invariants 12 and 13. */
export interface PeopleWatch {
  readonly joined: (member: string) => void
  /** An event of a person's member is on the queue. */
  readonly enqueued: (change: Change, cause: string) => void
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
  const joinedAt = new Map<string, number>()
  const told = new Set<string>()
  const byAddress = Map.groupBy(memberNames(scenario), (_, index) => addressOf(scenario, index))
  const membersOf = ({ email }: Lookup) => byAddress.get(email) ?? []
  const isThere = (member: string, before: number) => (joinedAt.get(member) ?? before) < before

  const isTold = (member: string, { version }: Lookup) => told.has(`${version.id}/${member}`)

  return {
    joined: member => void joinedAt.set(member, clock.now()),

    enqueued: ({ member, version }, cause) => {
      told.add(`${cause}/${member}`)
      const lookup = lookupOf(cause)
      const wrong = (why: string) => violate('13 nobody else is told', member, `${version.id}: ${why}`)
      if (!lookup || version.id !== `${cause}/${member}`) return wrong(`the cause is ${cause}`)
      if (version.time !== lookup.version.time || version.sequence !== lookup.version.sequence) {
        wrong('it is of another time')
      }
      if (!membersOf(lookup).includes(member)) wrong('the address is that of another')
      if (joinedAt.has(twinOf(member))) wrong('two have this address')
    },

    ended: (record, { stored, at: began }, lookup) => {
      const { outcome, reason, messageId } = record
      const replayed = isReplay({ trail: stored.trail } as never)
      const graceEnd = stored.sentAt + notFoundGraceMs - 1000 // the clocks differ
      // Who joined later need not have been seen: what was read after the grace is not read again.
      const seenBy = Math.min(began, replayed ? (stored.firstReceivedAt ?? began) : graceEnd)
      const wrongly = (why: string) => violate('5 rightly dead', lookup.version.id, `${messageId}: ${why}`)
      if (outcome === 'resolved') {
        const early = !replayed && clock.now() < graceEnd
        for (const member of membersOf(lookup)) {
          if ((!early && !isThere(member, seenBy)) || isTold(member, lookup)) continue
          violate('12 everybody who is named is told', member, `${messageId} of ${lookup.version.id}`)
        }
        return
      }
      if (outcome !== 'dead') return wrongly(`ended as ${outcome}`)
      const members = membersOf(lookup)
      if (reason === 'person_ambiguous') {
        if (!members.some(member => joinedAt.has(twinOf(member)))) wrongly('nobody has the same address')
      } else if (reason === 'person_not_found') {
        if (!replayed && clock.now() < graceEnd) wrongly('it is within the grace')
        if (members.some(member => isThere(member, seenBy))) wrongly('the person is there')
      } else if (reason !== 'gave_up') wrongly(String(reason))
    },
  }
}

/** Every spelling of an address that may not be told anywhere. */
export const spellings = (address: string): string[] => [
  ...new Set([address, address.toUpperCase(), capitalized(address)]),
]

/** As people write it who do not care. */
export const capitalized = (address: string): string => address.replace(/^./, first => first.toUpperCase())
