import { close } from '../../functions/core/ledger/close-entry.ts'
import type { Attempt, Entry } from '../../functions/core/ledger/ledger-entry.ts'
import { open } from '../../functions/core/ledger/open-entry.ts'
import { createRandom } from '../simulation/random.ts'
import { member, rules } from './entries.ts'

/** One event of a member. Times are whole days. */
export interface Dated {
  readonly id: number
  readonly time: number
  readonly from?: number
  readonly until?: number
  readonly role: string
  readonly after?: string
  /** When the event reaches the queue for the first time. */
  readonly arrives: number
}

/** A withdrawal moves to this role. */
export const none = 'none'

/** A message of an event: as it came, or for its end. */
interface Half {
  readonly event: Dated
  /** `late`: the event itself, whose end has passed when its turn comes. */
  readonly kind: 'begin' | 'end' | 'late'
  /** When it may take effect: it is processed then, or later. */
  readonly at: number
}

/** A random history of one member: changes of now and of later, withdrawals, ends, late arrivals. */
export function historyOf(seed: number): readonly Dated[] {
  const random = createRandom(seed, 'dated')
  return Array.from({ length: random.between(2, 7) }, (_, id) => {
    const time = random.between(1, 30)
    const from = random.chance(0.5) ? random.between(Math.max(1, time - 3), time + 20) : undefined
    const role = random.chance(0.35) ? none : random.pick(['a', 'b', 'c'])
    const until = random.chance(0.3) ? Math.max(from ?? time, time) + random.between(1, 15) : undefined
    const arrives = time + (random.chance(0.4) ? random.between(1, 30) : 0)
    return {
      ...{ id, time, role, arrives },
      ...(from !== undefined && { from }),
      ...(until !== undefined && { until, after: random.chance(0.5) ? none : random.pick(['a', 'b', 'c']) }),
    }
  })
}

/** How a history ended: the role of the member, and whether a withdrawal took over from what is dated later, on the way. */
export interface SettledHistory {
  readonly role: string
  readonly tookOver: boolean
}

/** What the rules of the ledger make of a history whose messages are processed in the order of their instants, with random delays. */
export function settledBy(events: readonly Dated[], seed: number): SettledHistory {
  const random = createRandom(seed, 'order')
  const late = () => (random.chance(0.3) ? random.between(0, 10) : 0) + random()
  const halves = events.flatMap((event): Half[] => {
    const begins = Math.max(event.arrives, event.from ?? event.time)
    const { until = Number.POSITIVE_INFINITY } = event
    const start = begins + late()
    const own: Half = { event, kind: start < until ? 'begin' : 'late', at: start }
    return event.arrives < until && event.until !== undefined
      ? [own, { event, kind: 'end', at: until + late() }]
      : [own]
  })
  let entry: Entry | undefined
  let tookOver = false
  for (const half of halves.toSorted((a, b) => a.at - b.at)) {
    entry = settle(entry, half)
    tookOver ||= entry?.applied?.tookOver !== undefined
  }
  return { role: String(entry?.applied?.desired.roleId ?? none), tookOver }
}

/** The role that a plain model gives, which knows all events: by effective instant, without what was decided before a withdrawal that took effect. */
export function plainRole(events: readonly Dated[]): string {
  const withdrawals = events.filter(({ role }) => role === none)
  const fence = withdrawals.toSorted(decided).at(-1)
  const standing = events.filter(event => !fence || decided(event, fence) >= 0)
  const last = standing.toSorted((a, b) => effective(a) - effective(b) || decided(a, b)).at(-1)
  return last?.after ?? last?.role ?? none
}

const effective = ({ from, time }: Dated): number => from ?? time
const decided = (a: Dated, b: Dated): number => a.time - b.time || a.id - b.id

function settle(entry: Entry | undefined, { event, kind, at }: Half): Entry | undefined {
  const attempt = attemptAt(event, kind)
  const opened = open(entry, member, attempt, at, rules)
  if (opened.kind === 'finished') return opened.entry ?? entry
  if (opened.kind !== 'send') throw new Error(`not sent: ${opened.kind}`)
  const closed = close(opened.entry, attempt, { kind: 'proven', status: 200 }, at, rules)
  if (closed.kind !== 'done') throw new Error(`not proven: ${closed.kind}`)
  return closed.entry
}

function attemptAt({ id, time, from, role, after }: Dated, kind: Half['kind']): Attempt {
  const isEnd = kind !== 'begin'
  const version = {
    ...{ time: instant(time), sequence: '', source: 's', id: `e${id}` },
    ...(from !== undefined && { from: instant(from) }),
    ...(isEnd && { end: true as const }),
  }
  const wanted = isEnd ? (after as string) : role
  return {
    ...{ event: version.id, version, desired: { roleId: wanted }, isFence: kind !== 'end' && role === none },
    ...{ message: `m${id}${kind}`, holder: `h${id}${kind}`, givenUpAt: Number.POSITIVE_INFINITY },
  }
}

const instant = (day: number): string => `2026-01-${String(day).padStart(3, '0')}T00:00:00`

/** Seeds whose histories end otherwise than the plain model says: all, those that no withdrawal explains, and those that leave another role than none. */
export function compareHistories(first: number, last: number) {
  const off = { histories: last - first + 1, off: 0, unsaid: 0, withRole: 0 }
  for (let seed = first; seed <= last; seed++) {
    const events = historyOf(seed)
    const { role, tookOver } = settledBy(events, seed)
    if (role === plainRole(events)) continue
    off.off++
    if (!tookOver) off.unsaid++
    if (role !== none) off.withRole++
  }
  return off
}
