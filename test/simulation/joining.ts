import { addressOf, memberName, renewedOf, twinOf } from './events.ts'
import { capitalized } from './people.ts'
import type { Server } from './servers.ts'
import type { Site } from './site.ts'

/** Members join at the start, later, or never; some are removed and made anew. Returns what each holds when it joins. */
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
    const renew = () => {
      initial.set(renewedOf(member), server.renew(member, renewedOf(member)))
      people.renewed(member)
      observer.joined(renewedOf(member))
    }
    if (scenario.renewed > 0 && random.chance(scenario.renewed)) {
      clock.at(start + random.between(0, scenario.window), renew)
    }
    if (!random.chance(scenario.joiner)) join()
    else if (random.chance(0.7))
      clock.at(start + random.between(0, 2 * scenario.rules.notFoundGraceMs), joinLate)
  }
  return initial
}
