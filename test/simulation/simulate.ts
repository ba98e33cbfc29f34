import type { ParsedEvent } from '../../functions/core/event.ts'
import { type Clock, createClock } from './clock.ts'
import type { Code } from './code.ts'
import type { BootPeer } from './economics/peers.ts'
import { memberName, produce } from './events.ts'
import { createFifoQueue } from './fifo.ts'
import { boot } from './instance.ts'
import { judgeRun } from './invariants.ts'
import { type Handler, type Instance, startPollers } from './lambda.ts'
import { createTable } from './ledger.ts'
import { createNetwork, type Traffic } from './network.ts'
import { createObserver, type Violation } from './observer.ts'
import { startOperators } from './operators.ts'
import { addressOf, type Place, placesOf } from './places.ts'
import { createQueue, type Received, type Stored } from './queue.ts'
import { createRandom, type Random } from './random.ts'
import { startRemovals } from './removals.ts'
import type { Scenario } from './scenario.ts'
import { createServer, type Server } from './servers.ts'
import type { Letter, Site } from './site.ts'

/** What one run showed. */
export interface Run {
  readonly violations: readonly Violation[]
  readonly deliveries: number
  /** Batches with changes for more than one target. */
  readonly mixed: number
  /** When it began: milliseconds since 1970. */
  readonly start: number
  readonly traffic: Traffic
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
  const realNow = Date.now
  const clock = createClock(start)
  Date.now = clock.now // the breaker's library reads it
  try {
    return await runOnce(code, scenario, seed, selection, clock)
  } finally {
    Date.now = realNow
  }
}

async function runOnce(
  code: Code,
  scenario: Scenario,
  seed: number,
  selection: Selection,
  clock: Clock,
): Promise<Run> {
  const randomOf = streamsOf(seed)
  const tokenOf = (place: Place, turn: number) => `sk_live_${'abcdefgh'[turn]}1234567890abcdef_${place}`
  const tokens = placesOf(scenario).flatMap(place =>
    [0, ...scenario.rotations].map((_, turn) => tokenOf(place, turn)),
  )
  const validToken = (place: Place) =>
    tokenOf(place, scenario.rotations.filter(at => clock.now() - start >= at).length)
  const server = createServer(scenario)
  const observer = createObserver(scenario, clock, server, [...tokens, 'admin@example.com', '555 010'])
  if (selection.trace) observer.trace()

  const letters: Letter[] = []
  const crashed: Stored[] = []
  const given = startRemovals(scenario, clock, randomOf, server)
  const traffic: Traffic = { down: 0, up: 0, throttled: 0, lastLanded: start }
  let holders = 0
  const reader = readerOf(code, clock)
  const redrive = (message: Stored) => {
    crashed.push(message)
    letters.push({ body: message.body, attributes: {}, at: clock.now() })
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
  const site: Site = {
    ...{ code, scenario, clock, randomOf, observer, queue, letters, validToken },
    ...reader,
    table: createTable(clock, scenario.faults),
    connect: createNetwork(scenario, clock, server, observer, validToken, given, traffic),
    connectTarget: place => targetOf(code, scenario, place),
    newHolder: () => `h${holders++}`,
  }

  const all = produce(scenario, start, randomOf)
  const events = selection.events ? selection.events.flatMap(index => all[index] ?? []) : all
  for (const event of events) {
    clock.at(start + event.at, () => {
      observer.note(event.member, `enqueued ${event.body}`)
      queue.send(event.body)
    })
  }
  const initial = startMembers(site, server)
  startOperators(scenario, clock, randomOf('operators'), letters, queue)
  let deliveries = 0
  let mixed = 0
  const isMixed = (batch: readonly Received[]) =>
    new Set(batch.flatMap(({ stored }) => site.changeOf(stored.body)?.target ?? [])).size > 1
  const counted = (instance: Instance): Handler => {
    const handle = (selection.peer ?? boot)(site, instance)
    return (batch, end) => {
      deliveries += batch.length
      if (scenario.target === 'both' && isMixed(batch)) mixed++
      return handle(batch, end)
    }
  }
  clock.at(start + scenario.paused, () => startPollers(scenario, clock, queue, randomOf, counted))
  await clock.run(start + 40 * day)

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
  return {
    violations: observer.violations,
    deliveries,
    mixed,
    start,
    traffic,
    wrong,
    events: all.length,
    timeline: observer.timeline,
  }
}

function streamsOf(seed: number) {
  const streams = new Map<string, Random>()
  return (name: string): Random => {
    const known = streams.get(name) ?? createRandom(seed, name)
    streams.set(name, known)
    return known
  }
}

/** The parser that ships; a body is parsed once a run. */
function readerOf({ createEventParser, kinds }: Code, clock: Clock): Pick<Site, 'parse' | 'changeOf'> {
  const read = createEventParser(kinds, {})
  const parsed = new Map<string, ParsedEvent>()
  const parse = (body: string): ParsedEvent => {
    const known = parsed.get(body) ?? read(body, clock.now())
    parsed.set(body, known)
    return known
  }
  return {
    parse,
    changeOf: body => {
      const event = parse(body)
      return event.ok ? event.change : undefined
    },
  }
}

function targetOf({ kinds }: Code, { dialect }: Scenario, place: Place) {
  const kind = kinds.find(({ name }) => name === place)
  if (!kind) throw new Error(`no target ${place}`)
  return kind.connect(addressOf(place), { WACHT_DIALECT: dialect })
}

/** Members join at the start, later, or never; what each holds then. */
function startMembers({ scenario, clock, randomOf, observer }: Site, server: Server) {
  const initial = new Map<string, string>()
  for (let index = 0; index < scenario.members; index++) {
    const random = randomOf(`joining ${index}`)
    const member = memberName(scenario, index)
    const join = () => initial.set(member, server.add(member))
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
