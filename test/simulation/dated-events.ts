import { addressOf, dataOf, memberName, memberNames, type Produced, roleIdOf } from './events.ts'
import { capitalized } from './people.ts'
import type { Random } from './random.ts'
import type { DateHabits, Scenario } from './scenario.ts'

const [minute, hour, day] = [60_000, 3_600_000, 86_400_000]

/** The role that withdraws, which a third of the changes ask for. */
const withdrawing = 1

const anyRole = (random: Random): number => (random.chance(0.35) ? withdrawing : random.between(2, 4))

/** A span that is as often short as long, so that instants lie on both sides of what waits on the queue and what waits in the table. */
const spanMs = (random: Random): number =>
  random.between(1, random.pick([minute, 8 * minute, 2 * hour, 3 * day, 200 * day]))

/** An event of the n-th member that may say from when it counts and until when; instants meet often, and it may arrive at any time. */
export function datedEvent(
  scenario: Scenario & { readonly dates: DateHabits },
  start: number,
  index: number,
  change: number,
  random: Random,
): Produced[] {
  const { dates, window, late, repeated } = scenario
  const member = memberName(scenario, index)
  const whole = (at: number) => (random.chance(0.5) ? at - (at % (10 * minute)) : at)
  const happened = whole(random.between(0, window))
  const from = random.chance(dates.from)
    ? whole(happened + (random.chance(0.2) ? -1 : 1) * spanMs(random))
    : undefined
  const until = random.chance(dates.until) ? Math.max(from ?? 0, happened) + 1 + spanMs(random) : undefined
  const at = happened + random.between(0, 2000) + (random.chance(late) ? spanMs(random) : 0)
  const role = anyRole(random)
  const named = random.chance(scenario.people)
  const iso = (ms: number) => new Date(start + ms).toISOString()
  const event = {
    ...{ specversion: '1.0', id: `e${index}-${change}`, source: '//hr.example.com', type: 'role.changed.v1' },
    time: iso(happened),
    ...(random.chance(0.5) ? { sequence: String(change) } : {}),
    data: {
      ...(named
        ? { person: { email: capitalized(addressOf(scenario, index)) }, role: `r${role}` }
        : dataOf(member, roleIdOf(member, role), role)),
      ...(from !== undefined && { from: iso(from) }),
      ...(until !== undefined && endOf(iso(until), `r${anyRole(random)}`)),
    },
  }
  const produced = { member, body: JSON.stringify(event), at, malformed: false, named }
  return random.chance(repeated) ? [produced, { ...produced, at: at + spanMs(random) }] : [produced]
}

const endOf = (until: string, then: string) => ({ until, then })

/** The events that an event stands for, each with its member: itself, or those of the members of the person whom it names. */
export function eventsOf(
  scenario: Scenario,
  { member, body, named }: Produced,
): { member: string; body: string }[] {
  if (!named) return [{ member, body }]
  const { id, data, ...event } = JSON.parse(body)
  const { person, role, ...dates } = data
  const index = Number(role.slice(1))
  return memberNames(scenario)
    .filter((_, n) => capitalized(addressOf(scenario, n)) === person.email)
    .map(each => ({
      member: each,
      body: JSON.stringify({
        ...{ ...event, id: `${id}/${each}` },
        data: { ...dataOf(each, roleIdOf(each, index), index), ...dates },
      }),
    }))
}
