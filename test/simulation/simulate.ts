import type { Change, ParsedEvent } from '../../functions/core/event.ts'
import type { LetterAttributes } from '../../functions/core/letter.ts'
import type { Telemetry } from '../../functions/core/ports.ts'
import { createClock } from './clock.ts'
import type { Code } from './code.ts'
import { memberName, produce } from './events.ts'
import { judgeRun } from './invariants.ts'
import { type Handler, type Instance, startPollers } from './lambda.ts'
import { createTable } from './ledger.ts'
import { createNetwork } from './network.ts'
import { createObserver, type Violation } from './observer.ts'
import { startOperators } from './operators.ts'
import { createQueue, type Received, type Stored } from './queue.ts'
import { createRandom, type Random } from './random.ts'
import { callRemote } from './remote.ts'
import { startRemovals } from './removals.ts'
import type { Scenario } from './scenario.ts'
import { createServer } from './servers.ts'

/** A letter on the dead-letter queue. */
export interface Letter {
  readonly body: string
  readonly attributes: LetterAttributes
  readonly at: number
}

/** What one run showed. */
export interface Run {
  readonly violations: readonly Violation[]
  readonly deliveries: number
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
  clock: ReturnType<typeof createClock>,
): Promise<Run> {
  const streams = new Map<string, Random>()
  const randomOf = (name: string): Random => {
    const known = streams.get(name) ?? createRandom(seed, name)
    streams.set(name, known)
    return known
  }
  const { rules, faults } = scenario
  const tokens = [0, ...scenario.rotations].map((_, index) => `sk_live_${'abcdefgh'[index]}1234567890abcdef`)
  const validToken = () => tokens[scenario.rotations.filter(at => clock.now() - start >= at).length] as string
  const server = createServer(scenario)
  const observer = createObserver(scenario, clock, server, [...tokens, 'admin@example.com', '555 010'])
  if (selection.trace) observer.trace()

  const table = createTable(clock, faults)
  const letters: Letter[] = []
  const crashed: Stored[] = []
  const queue = createQueue(scenario, clock, randomOf('queue'), message => crashed.push(message))
  const given = startRemovals(scenario, clock, randomOf, server)
  const connect = createNetwork(scenario, clock, server, observer, validToken, given)
  const kind = code.kinds.find(each => each.name === scenario.target)
  if (!kind) throw new Error(`no target ${scenario.target}`)
  const target = kind.connect('https://target.example.com', { WACHT_DIALECT: scenario.dialect })

  const read = code.createEventParser(code.kinds, {})
  const parsed = new Map<string, ParsedEvent>()
  const parse = (body: string): ParsedEvent => {
    const known = parsed.get(body) ?? read(body, clock.now())
    parsed.set(body, known)
    return known
  }
  const changeOf = (body: string): Change | undefined => {
    const event = parse(body)
    return event.ok ? event.change : undefined
  }

  let holders = 0
  let deliveries = 0
  const boot = (instance: Instance): Handler => {
    const random = randomOf(instance.name)
    const now = () => clock.now() + instance.skew
    const inHand = new Map<string, Received>()
    const lastTried = new Map<string, Change>()
    const changeIn = (messageId: string) => changeOf(inHand.get(messageId)?.stored.body ?? '')
    const telemetry: Telemetry = {
      attempt: record => {
        observer.logged(record.detail ?? '', record.member ?? '?')
        observer.note(
          record.member ?? '?',
          `${instance.name} ${record.messageId} ${record.event} ${record.effect} ${record.cause ?? ''}`,
        )
        const change = changeIn(record.messageId) as Change
        observer.attempted(lastTried.get(change.member), change)
        lastTried.set(change.member, change)
      },
      outcome: record => {
        const received = inHand.get(record.messageId) as Received
        observer.outcome(record, received, changeIn(record.messageId), table.entries.get(record.member ?? ''))
      },
      again: record =>
        observer.note(
          record.member ?? '?',
          `${instance.name} ${record.messageId} ${record.event} again in ${record.seconds} s: ${record.cause}`,
        ),
      trouble: (what, error) => observer.logged(`${what} ${error}`, '?'),
    }
    const call = <T>(work: () => T) =>
      callRemote(clock, instance, random, { silent: faults.ambiguous, throttled: 0 }, work)
    const send = connect(instance, url => randomOf(`target ${url.split('?')[0]}`))
    const credentials = code.createCredentials(
      scenario.target,
      () =>
        callRemote(clock, instance, random, { silent: 0, throttled: faults.ledgerThrottled }, () =>
          JSON.stringify({ token: validToken() }),
        ),
      now,
      telemetry.trouble,
    )
    const receipts = new Map<string, Received>()
    const consume = code.createConsumer({
      parse,
      ledger: table.seenBy(instance, random),
      queues: {
        sendDeadLetter: (body, attributes) =>
          call(() => {
            observer.letter(body, attributes, changeOf(body))
            letters.push({ body, attributes, at: clock.now() })
          }),
        delay: delays =>
          call(() => {
            for (const { message, seconds } of delays) {
              const received = receipts.get(message.receipt)
              if (received && !random.chance(faults.delayLost)) queue.delay(received, seconds)
            }
          }),
      },
      targets: new Map([
        [
          scenario.target,
          {
            target,
            breaker: code.createBreaker(rules.breakerOpenMs, clock.now),
            http: (deadline: number) =>
              code.authorized(send, credentials, rules.requestTimeoutMs, deadline, now),
          },
        ],
      ]),
      telemetry,
      rules,
      now,
      random,
      newHolder: () => `h${holders++}`,
    })
    return (batch, end) => {
      deliveries += batch.length
      inHand.clear()
      lastTried.clear()
      const messages = batch.map(received => {
        const { id, body, trail, sentAt, receives, firstReceivedAt = sentAt } = received.stored
        const receipt = `${id}/${received.receipt}`
        inHand.set(id, received)
        receipts.set(receipt, received)
        return { id, receipt, body, sentAt, receives, firstReceivedAt, ...(trail && { trail }) }
      })
      return consume(messages, end)
    }
  }

  const initial = new Map<string, string>()
  const all = produce(scenario, start, randomOf)
  const events = selection.events ? selection.events.flatMap(index => all[index] ?? []) : all
  for (const event of events) clock.at(start + event.at, () => queue.send(event.body))
  for (let index = 0; index < scenario.members; index++) {
    const random = randomOf(`joining ${index}`)
    const member = memberName(scenario, index)
    const join = () => initial.set(member, server.add(member))
    if (!random.chance(scenario.joiner)) join()
    else if (random.chance(0.7)) clock.at(start + random.between(0, rules.notFoundGraceMs * 2), join)
  }
  startOperators(scenario, clock, randomOf('operators'), letters, queue)
  startPollers(scenario, clock, queue, randomOf, boot)
  await clock.run(start + 40 * day)

  judgeRun({ scenario, observer, server, events, initial, crashed, queue, changeOf })
  return { violations: observer.violations, deliveries, events: all.length, timeline: observer.timeline }
}
