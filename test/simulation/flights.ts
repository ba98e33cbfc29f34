import type { Reason } from '../../functions/core/dead-letter/reason.ts'
import type { TargetRequest } from '../../functions/targets/target.ts'
import type { Clock } from './clock.ts'
import { memberNames, renewedOf } from './events.ts'
import { isOwner } from './owners.ts'
import { placeAt, placeOf } from './places.ts'
import type { Scenario } from './scenario.ts'
import { type Server, stateOf } from './servers.ts'

/** Follows one write from its start until it can no longer land. */
export interface Write {
  readonly member: string
  /** The client has an answer, or gave up; `unanswered`: it may land all the same. */
  readonly ended: (unanswered: boolean) => void
  readonly landed: (applied: boolean) => void
  /** The target did nothing, and answered so that the change will be dead for this reason. */
  readonly doomed: (reason: Reason) => void
}

interface Flight {
  readonly state: string
  ended: boolean
  unanswered: boolean
  /** When it can no longer land. */
  until: number
}

interface Tell {
  readonly violate: (invariant: string, member: string, detail: string) => void
  readonly note: (member: string, what: string) => void
  readonly doomed: (member: string, state: string, reason: Reason) => void
}

/** The second of clock skew that `landWithin` includes. */
export const skewMs = 1000

/** Whether the same state may be written again while an unanswered write of it may land. */
export const isRepeatable = ({ dialect }: Scenario, member: string): boolean =>
  placeOf(member) === 'project' || dialect === 'role_id'

/** Holds every write to invariants 3, 4, 8 and 10, at the moment it leaves and at the moment it lands. */
export function createFlights(scenario: Scenario, clock: Clock, server: Server, tell: Tell) {
  const { requestTimeoutMs, landWithinMs } = scenario.rules
  const flights = new Map<string, Flight[]>()
  const isGuarded = (member: string, state: string) =>
    scenario.owners !== undefined && !scenario.shadowed && !isOwner(scenario, member, state)
  const members = new Set(memberNames(scenario).flatMap(member => [member, renewedOf(member)]))

  const check = (member: string, state: string, flight: Flight): void => {
    if (!flight.ended) {
      tell.violate('3 one write at a time', member, `${state} starts while ${flight.state} is under way`)
    } else if (
      flight.unanswered &&
      (!isRepeatable(scenario, member) || flight.state !== state || isGuarded(member, state))
    ) {
      tell.violate(
        '4 nothing over an unanswered write',
        member,
        `${state} starts while ${flight.state} may land`,
      )
    }
  }

  return (request: TargetRequest): Write => {
    const member = memberOf(request)
    const state = wantedBy(request)
    const now = clock.now()
    if (!members.has(member)) tell.violate('10 only whom an event names', member, `is written ${state}`)
    const known = (flights.get(member) ?? []).filter(flight => !flight.ended || now < flight.until)
    for (const flight of known) check(member, state, flight)
    const until = now + requestTimeoutMs + landWithinMs - skewMs
    const own: Flight = { state, ended: false, unanswered: false, until }
    flights.set(member, [...known, own])
    tell.note(member, `write ${request.method} ${state}`)
    return {
      member,
      ended: unanswered => {
        own.ended = true
        own.unanswered = unanswered
        tell.note(member, `write ${state} ${unanswered ? 'not answered' : 'answered'}`)
      },
      landed: applied => {
        const holds = server.state(member)
        tell.note(member, `write ${state} ${applied ? 'lands' : 'is refused'}: holds ${holds}`)
        if (applied && holds === '' && placeOf(member) === 'wacht') {
          tell.violate('8 never without a role', member, `${request.method} ${state} has stripped the member`)
        }
      },
      doomed: reason => tell.doomed(member, state, reason),
    }
  }
}

function memberOf({ url }: TargetRequest): string {
  const parts = new URL(url).pathname.split('/').filter(Boolean)
  return placeAt(url) === 'project' ? `project/${parts[2]}/${parts[4]}` : `wacht/${parts[1]}/${parts[3]}`
}

/** What a write wants the member to hold; a removal of another role belongs to a state that it does not name. */
function wantedBy({ method, body }: TargetRequest): string {
  if (method === 'DELETE') return ''
  if (method === 'PUT') return stateOf(body as Record<string, unknown>)
  const { role_id, role_ids } = body as Record<string, unknown>
  return String(role_id ?? role_ids)
}
