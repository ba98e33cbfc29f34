import type { Change } from '../../../functions/core/event/event.ts'
import { compareVersions } from '../../../functions/core/event/version.ts'
import type { Code } from '../code.ts'
import { produce } from '../events.ts'
import type { Landed } from '../network.ts'
import { createRandom } from '../random.ts'
import { readerOf } from '../reader.ts'
import { calm, of } from '../scenario.ts'
import { stateOf } from '../servers.ts'
import { simulate } from '../simulate.ts'
import { contenders } from './run.ts'

/** What withdrawals cost with one consumer: from the event's own time until the target shows it, in seconds. */
export interface Exposed {
  readonly consumer: string
  readonly withdrawals: number
  readonly p50: number
  readonly p99: number
  readonly longest: number
  /** Withdrawals that never took effect, or were undone by an older change: they are not in the times above. */
  readonly open: number
}

const hour = 3_600_000

/**
 * A day of five changes for each member. Half the members have theirs within ten minutes in the morning, faster than the target takes
 * them; at noon the target is down for twenty minutes. One role of four takes access away.
 */
const dayOf = (members: number) =>
  of('exposure', {
    ...{ members, changes: 5, window: 24 * hour, instances: 10, late: 0, repeated: 0, malformed: 0 },
    scopes: [{ members: members / 2, window: 600_000 }, { members: members / 2 }],
    ...{ outages: [{ from: 12 * hour, to: 12 * hour + 1_200_000 }], perSecond: Math.ceil(members / 400) },
    faults: calm,
  })

/** The role that takes access away, as the target stores it. */
const withdrawn = '11'

/** Plays the day with each consumer, with the same events. */
export async function playExposure(code: Code, seed: number, members: number): Promise<Exposed[]> {
  const rows: Exposed[] = []
  for (const { name, scenario, peer } of contenders) {
    const day = { ...dayOf(members), ...scenario }
    const { traffic, start } = await simulate(code, day, seed, { ...(peer && { peer }) })
    const { changeOf } = readerOf(code, day, { now: () => start + 40 * 24 * hour } as never)
    const events = produce(day, start, stream => createRandom(seed, stream))
    const changes = events.flatMap(({ body }) => changeOf(body) ?? [])
    rows.push({ consumer: name, ...exposureOf(changes, traffic.landed) })
  }
  return rows
}

function exposureOf(changes: readonly Change[], landed: readonly Landed[]): Omit<Exposed, 'consumer'> {
  const newestFirst = changes.toSorted((a, b) => compareVersions(b.version, a.version))
  const byMember = Map.groupBy(newestFirst, ({ member }) => member)
  const landedOf = Map.groupBy(landed, ({ member }) => member)
  const tookMs: number[] = []
  let open = 0
  for (const [member, all] of byMember) {
    const shown = landedOf.get(member) ?? []
    for (const [place, { version, desired }] of all.entries()) {
      if (stateOf(desired) !== withdrawn) continue
      const since = Date.parse(`${version.time}Z`)
      // What is decided later takes over: its state ends the exposure as well.
      const ends = new Set(all.slice(0, place + 1).map(each => stateOf(each.desired)))
      const end = shown.find(({ holds, at }) => at >= since && ends.has(holds))
      const isUndone = place === 0 && shown.at(-1)?.holds !== withdrawn
      if (!end || isUndone) open++
      else tookMs.push(end.at - since)
    }
  }
  const sorted = tookMs.toSorted((a, b) => a - b)
  const at = (part: number) =>
    (sorted[Math.min(Math.floor(part * sorted.length), sorted.length - 1)] ?? 0) / 1000
  return { withdrawals: tookMs.length + open, p50: at(0.5), p99: at(0.99), longest: at(1), open }
}
