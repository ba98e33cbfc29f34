import { addressOf, memberName, twinOf } from './events.ts'
import { capitalized } from './people.ts'
import type { Server } from './servers.ts'
import type { Site } from './site.ts'

/** Members join at the start, later, or never; what each holds then. */
export function startMembers({ scenario, clock, randomOf, observer, people }: Site, server: Server) {
  const start = clock.now()
  const initial = new Map<string, string>()
  for (let index = 0; index < scenario.members; index++) {
    const random = randomOf(`joining ${index}`)
    const member = memberName(scenario, index)
    const address = addressOf(scenario, index)
    const doubled = random.chance(scenario.twins)
    const join = () => {
      initial.set(member, server.add(member, address))
      people.joined(member)
      if (doubled) joinTwin()
    }
    const joinTwin = () => {
      server.add(twinOf(member), capitalized(address))
      people.joined(twinOf(member))
    }
    const joinLate = () => {
      join()
      observer.joined(member)
    }
    if (!random.chance(scenario.joiner)) join()
    else if (random.chance(0.7))
      clock.at(start + random.between(0, 2 * scenario.rules.notFoundGraceMs), joinLate)
  }
  return initial
}
