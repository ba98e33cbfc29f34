import type { Clock } from './clock.ts'
import { doomedRoles, memberName } from './events.ts'
import type { Random } from './random.ts'
import type { Scenario } from './scenario.ts'
import type { Server } from './servers.ts'

/**
 * Roles that are deleted at the target: each at some moment of the run, and soon after a member was given it, so that a
 * change may be applied, answered with an error, and refused when it is tried again. Tells it of every write that landed.
 */
export function startRemovals(
  scenario: Scenario,
  clock: Clock,
  randomOf: (name: string) => Random,
  server: Server,
): (member: string) => void {
  if (scenario.doomed === 0) return () => undefined
  for (let index = 0; index < scenario.members; index++) {
    const member = memberName(scenario, index)
    const random = randomOf(`removals from ${index}`)
    for (const role of doomedRoles(member)) {
      clock.at(clock.now() + random.between(0, 2 * scenario.window), () => server.remove(member, role))
    }
  }
  return member => {
    const role = doomedRoles(member).find(each => server.state(member).startsWith(each))
    if (!role) return
    const soon = randomOf(`removals from ${member}`).between(0, scenario.doomedAfter)
    clock.at(clock.now() + soon, () => server.remove(member, role))
  }
}
