import type { History } from '../../functions/core/event/sqs-message.ts'
import { inBase64, inPercent } from './answers.ts'
import { createApprovalDesk, startApprovers } from './approvals.ts'
import { startAutomatic } from './automatic.ts'
import { createBurstWatch } from './bursts.ts'
import { createClock } from './clock.ts'
import type { Code } from './code.ts'
import { createDatedWatch } from './dated-watch.ts'
import { createDrift } from './drift.ts'
import { createDueRounds } from './due-rounds.ts'
import type { BootPeer } from './economics/peers.ts'
import { addressOf, catalogueOf, produce } from './events.ts'
import { createFifoQueue } from './fifo.ts'
import { createHolder } from './held.ts'
import { createHistoryTable, judgeHistory } from './history.ts'
import { boot } from './instance.ts'
import { judgeRun } from './invariants.ts'
import { startMembers } from './joining.ts'
import { type Handler, type Instance, startPollers } from './lambda.ts'
import { createSteps, createTable } from './ledger.ts'
import { createMemory } from './memory.ts'
import { createNetwork, noTraffic, type Traffic } from './network.ts'
import { createObserver, hasLetter, type Violation } from './observer.ts'
import { startDrain, startOperators } from './operators.ts'
import { createOwnerWatch } from './owners.ts'
import { spellings, watchPeople } from './people.ts'
import { type Place, placesOf, urlAt } from './places.ts'
import { createQueue, type Received, type Stored } from './queue.ts'
import { createRandom, type Random } from './random.ts'
import { readerOf } from './reader.ts'
import { startRemovals } from './removals.ts'
import type { Scenario } from './scenario.ts'
import { forger, intake, stranger } from './senders.ts'
import { createServer } from './servers.ts'
import { createShadowWatch } from './shadows.ts'
import type { Letter, Site } from './site.ts'
import { createTopic } from './topic.ts'

/** What one run showed. */
export interface Run {
  readonly violations: readonly Violation[]
  readonly deliveries: number
  /** Batches with changes for more than one target. */
  readonly mixed: number
  /** When it began: milliseconds since 1970. */
  readonly start: number
  readonly traffic: Traffic
  /** Of each message that ended, from its send to its end, in milliseconds. */
  readonly ended: readonly { readonly member: string; readonly tookMs: number }[]
  /** Members that do not hold the newest of their changes. */
  readonly wrong: number
  /** How many events the whole schedule has. */
  readonly events: number
  readonly timeline: readonly { readonly time: number; readonly member: string; readonly what: string }[]
}

/** Which part of a schedule is run: all of it, or what shrinking has left. */
export interface Selection {
  /** Only these events, by their place in the schedule. */
  readonly events?: readonly number[]
  /** Without these faults and habits (`reducible`). */
  readonly without?: readonly string[]
  readonly trace?: boolean
  /** Another consumer than ours, for comparison. */
  readonly peer?: BootPeer
}

const start = Date.UTC(2026, 0, 5, 8)
const day = 86_400_000

/** Runs one schedule to its end, in virtual time. The same code, scenario, seed and selection give the same run. */
export async function simulate(
  code: Code,
  scenario: Scenario,
  seed: number,
  selection: Selection = {},
): Promise<Run> {
  const clock = createClock(start)
  const randomOf = streamsOf(seed)
  const tokenOf = (place: Place, turn: number) => `sk_live_${'abcdefgh'[turn]}1234567890abcdef_${place}`
  const tokens = placesOf(scenario).flatMap(place =>
    [0, ...scenario.rotations].map((_, turn) => tokenOf(place, turn)),
  )
  const validToken = (place: Place) =>
    tokenOf(place, scenario.rotations.filter(at => clock.now() - start >= at).length)
  const shifting = randomOf('shifts')
  const server = createServer(scenario, () => scenario.shifts > 0 && shifting.chance(scenario.shifts))
  const addresses =
    scenario.people > 0
      ? Array.from({ length: scenario.members }, (_, index) => addressOf(scenario, index)).flatMap(spellings)
      : []
  const spelled = tokens.flatMap(token => [token, inPercent(token), inBase64(token)])
  const secrets = [...spelled, 'admin@example.com', '555 010', ...addresses]
  const observer = createObserver(scenario, clock, server, secrets)
  if (selection.trace) observer.trace()

  const letters: Letter[] = []
  const crashed: Stored[] = []
  const given = startRemovals(scenario, clock, randomOf, server)
  const traffic = noTraffic(start)
  let holders = 0
  const read = readerOf(code, scenario, clock)
  const drift = createDrift(scenario, clock, observer)
  const reader = { ...read, changeOf: (body: string) => drift.changeOf(body) ?? read.changeOf(body) }
  const all = produce(scenario, start, randomOf)
  const named = new Map(
    all.flatMap(({ body }) => {
      const lookup = reader.lookupOf(body)
      return lookup ? [[lookup.version.id, lookup] as const] : []
    }),
  )
  const people = watchPeople(scenario, clock, observer.violate, id => named.get(id))
  const redrive = (message: Stored) => {
    crashed.push(message)
    const attributes = message.trail ? { ...forgedNames, trail: JSON.stringify(message.trail) } : {}
    letters.push({ body: message.body, attributes, moved: true, at: clock.now() })
    observer.redriven(reader.changeOf(message.body)?.member ?? '?')
  }
  const queue = scenario.fifo
    ? createFifoQueue(
        scenario,
        clock,
        randomOf('queue'),
        redrive,
        body => reader.changeOf(body)?.member ?? '',
      )
    : createQueue(scenario, clock, randomOf('queue'), redrive)
  const judged = { scenario, clock, queue, letters, changeOf: reader.changeOf, violate: observer.violate }
  const watch = createBurstWatch(judged)
  const owners = createOwnerWatch(judged)
  const desk = createApprovalDesk(judged, watch, owners)
  const due = createDueRounds(code, scenario, clock, queue, randomOf)
  const dated = createDatedWatch({
    ...judged,
    server,
    parse: code.createEventParser(code.kinds, catalogueOf(scenario)),
  })
  const shadows = createShadowWatch(judged)
  const site: Site = {
    ...{ code, scenario, clock, randomOf, observer, queue, letters, validToken },
    ...reader,
    people,
    memory: createMemory(code, clock, scenario.faults, item => observer.logged(item, '?')),
    desk,
    due,
    bursts: createSteps(clock, scenario.faults, (before, item) =>
      watch.stored(before, item, site.table.entries),
    ),
    scopes: createSteps(clock, scenario.faults, () => undefined),
    shadows,
    table: createTable(clock, scenario.faults, (before, entry) => {
      desk.stored(before, entry)
      dated.stored(before, entry)
      shadows.stored(before, entry)
      drift.stored(before, entry, reader.changeOf, queue)
    }),
    history: createHistoryTable(clock, scenario.faults, observer),
    topic: createTopic(clock, scenario.faults, observer),
    connect: createNetwork(scenario, clock, server, observer, validToken, given, traffic),
    connectTarget: place => targetOf(code, scenario, place),
    newHolder: () => `h${holders++}`,
    holder: createHolder(scenario, clock),
  }

  const forge = randomOf('forgers')
  /** All copies of an event come from one sender. */
  const senderAs = (body: string) => {
    const { named = 0, forged = 0 } = scenario.approvals ?? {}
    const random = createRandom(seed, `sender of ${body}`)
    if (random.chance(named)) return intake
    return random.chance(forged) ? forger : stranger
  }
  const events = selection.events ? selection.events.flatMap(index => all[index] ?? []) : all
  for (const event of events) {
    clock.at(start + event.at, () => {
      observer.note(event.member, `enqueued ${event.body}`)
      queue.send(
        event.body,
        forge.chance(scenario.forged) ? forgedHistory : undefined,
        scenario.approvals && senderAs(event.body),
      )
    })
  }
  const initial = startMembers(site, server)
  startOperators(scenario, clock, randomOf('operators'), letters, queue)
  startDrain({ ...site, entries: site.table.entries }, randomOf('drain'))
  drift.start(server, queue, site.table.entries, randomOf)
  startAutomatic(site, server, drift)
  startApprovers(judged, desk, randomOf('approvers'))
  let deliveries = 0
  let mixed = 0
  const isMixed = (batch: readonly Received[]) =>
    new Set(batch.flatMap(({ stored }) => site.changeOf(stored.body)?.target ?? [])).size > 1
  const memberIn = ([first]: readonly Received[]) => reader.changeOf(first?.stored.body ?? '')?.member ?? '?'
  const counted = (instance: Instance): Handler => {
    const handle = (selection.peer ?? boot)(site, instance)
    return async (batch, end) => {
      deliveries += batch.length
      if (scenario.target === 'both' && isMixed(batch)) mixed++
      const failed = await handle(batch, end)
      if (instance.alive && instance.calls > 0) {
        const still = `${instance.calls} calls are not over when ${instance.name} is frozen`
        observer.violate('14 nothing is left running', memberIn(batch), still)
      }
      return failed
    }
  }
  clock.at(start + scenario.paused, () => startPollers(scenario, clock, queue, randomOf, counted))
  dated.start(events, randomOf('looks'))
  await clock.run(start + (scenario.dates ? 3 * 365 : 40) * day)

  const wrong = judgeRun({
    scenario,
    observer,
    server,
    events,
    initial,
    crashed,
    queue,
    changeOf: site.changeOf,
  })
  const { entries, proofs } = site.table
  desk.judge()
  watch.judge(traffic.landed)
  dated.judge(due.items.size)
  owners.judge(initial, traffic.landed)
  const isExcused = (message: string) =>
    crashed.some(({ id }) => id === message) ||
    hasLetter(observer.finished.get(message) ?? { outcome: 'applied' })
  if (!selection.peer)
    judgeHistory({
      items: site.history.items.values(),
      entries,
      proofs,
      isExcused,
      violate: observer.violate,
    })
  return {
    violations: observer.violations,
    deliveries,
    mixed,
    start,
    traffic,
    ended: queue.sent().flatMap(({ id, body, sentAt }) => {
      const [change, end] = [site.changeOf(body), observer.finished.get(id)]
      return change && end ? [{ member: change.member, tookMs: end.at - sentAt }] : []
    }),
    wrong,
    events: all.length,
    timeline: observer.timeline,
  }
}

/** What a producer makes up of a message's history, and of a death that it never had. */
const forgedHistory: History = { replays: 3, renewals: 1, plan: 'forged', edits: ['forged'] }
const forgedNames = { reason: 'not_found', member: 'wacht/1/1', event: 'forged', unproven: 'true' }

function streamsOf(seed: number) {
  const streams = new Map<string, Random>()
  return (name: string): Random => {
    const known = streams.get(name) ?? createRandom(seed, name)
    streams.set(name, known)
    return known
  }
}

function targetOf({ kinds }: Code, { dialect }: Scenario, place: Place) {
  const kind = kinds.find(({ name }) => name === place)
  if (!kind) throw new Error(`no target ${place}`)
  return kind.connect(urlAt(place), { WACHT_DIALECT: dialect })
}
