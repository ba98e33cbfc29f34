import { endBody, msOf } from '../../functions/core/event/dates.ts'
import type { Change, ParseEvent } from '../../functions/core/event/event.ts'
import { compareDecisions, compareVersions } from '../../functions/core/event/version.ts'
import type { Entry } from '../../functions/core/ledger/ledger-entry.ts'
import type { Clock } from './clock.ts'
import { eventsOf } from './dated-events.ts'
import { memberNames, type Produced } from './events.ts'
import type { Random } from './random.ts'
import type { DateHabits, Scenario } from './scenario.ts'
import { type Server, stateOf } from './servers.ts'

/** An event as a plain model knows it. Times are milliseconds since 1970. */
interface Known {
  readonly arrives: number
  readonly begins: number
  readonly change: Change
  readonly ends?: { readonly at: number; readonly change: Change }
}

interface Judged {
  readonly scenario: Scenario
  readonly clock: Clock
  readonly server: Pick<Server, 'state'>
  readonly parse: ParseEvent
  readonly violate: (invariant: string, member: string, detail: string) => void
}

const invariant = '22 each role has its time'

/**
 * Watches that at every moment at which nothing has changed for a while each member holds what a plain model gives that knows all events which have
 * come by then: the newest by its instant of effect, without what was decided before a withdrawal that took effect. But for one exception: a withdrawal
 * that took over from what is dated later says so, and its member is not judged any more.
 */
export function createDatedWatch({ scenario, clock, server, parse, violate }: Judged) {
  const { dates } = scenario
  const start = clock.now()
  const known = new Map<string, Known[]>()
  const excused = new Set<string>()
  const initial = new Map<string, string>()

  const roleAt = (member: string, at: number): string => {
    const standing = (known.get(member) ?? []).filter(({ arrives, begins }) => arrives <= at && begins <= at)
    const fence = standing
      .flatMap(({ change }) => (change.withdraws ? [change.version] : []))
      .toSorted(compareDecisions)
      .at(-1)
    const last = standing
      .filter(({ change }) => !fence || compareDecisions(change.version, fence) >= 0)
      .toSorted((a, b) => compareVersions(a.change.version, b.change.version))
      .at(-1)
    if (!last) return initial.get(member) ?? ''
    return stateOf((last.ends && last.ends.at <= at ? last.ends.change : last.change).desired)
  }
  const isQuiet = (member: string, at: number, { settledMs, stopped }: DateHabits): boolean => {
    const moments = (known.get(member) ?? []).flatMap(({ arrives, begins, ends }) => [
      arrives,
      begins,
      ends?.at ?? 0,
    ])
    return (
      !moments.some(moment => moment <= at && moment > at - settledMs) &&
      !stopped.some(([from, to]) => at >= start + from && at <= start + to + settledMs)
    )
  }
  const look = (member: string, habits: DateHabits) => {
    const at = clock.now()
    if (excused.has(member) || !isQuiet(member, at, habits)) return
    const [holds, wanted] = [server.state(member), roleAt(member, at)]
    if (holds !== wanted)
      violate(invariant, member, `holds ${holds}, not ${wanted}, at ${new Date(at).toISOString()}`)
  }

  return {
    /** A step of the ledger is stored. */
    stored: (_: Entry | undefined, { member, applied }: Entry) => {
      if (applied?.tookOver !== undefined) excused.add(member)
    },
    /** Watches a schedule: a member is looked at a while after each of its moments, at random times, and at the end. */
    start: (events: readonly Produced[], random: Random) => {
      if (!dates) return
      for (const member of memberNames(scenario)) initial.set(member, server.state(member))
      const all = events.flatMap(event => eventsOf(scenario, event).map(each => ({ ...each, at: event.at })))
      for (const { member, body, at } of all) {
        const one = knownOf(body, start + at, parse)
        known.set(member, [...(known.get(member) ?? []), one])
        for (const moment of [one.arrives, one.begins, one.ends?.at ?? one.begins])
          for (const wait of [dates.settledMs, random.between(0, 30 * 86_400_000)])
            clock.at(Math.max(moment, start) + wait, () => look(member, dates))
      }
    },
    /** At the end nothing waits, and each member is looked at once more. */
    judge: (left: number) => {
      if (!dates) return
      if (left > 0) violate(invariant, '?', `${left} items are still due`)
      for (const member of memberNames(scenario)) look(member, dates)
    },
    excused,
  }
}

/** Reads an event as it is once it counts, and its end. */
function knownOf(body: string, arrives: number, parse: ParseEvent): Known {
  const read = (text: string, now: number): Change => {
    const event = parse(text, now)
    if (!event.ok || !event.change) throw new Error(`no change in ${text}`)
    return event.change
  }
  const { time, from } = read(body, arrives).version
  const begins = Math.max(msOf(time), msOf(from ?? time))
  const change = read(body, begins)
  const end = change.ends && { at: msOf(change.ends.at), change: read(endBody(body), msOf(change.ends.at)) }
  return { arrives, begins, change, ...(end && { ends: end }) }
}
