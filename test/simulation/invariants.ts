import type { Change } from '../../functions/core/event/event.ts'
import { compareVersions } from '../../functions/core/event/version.ts'
import { receiveBudgets } from '../../functions/core/outcome/retry-delay.ts'
import { scopeOf } from '../../functions/core/people/person-event.ts'
import { maxReceives } from '../../functions/core/sqs-limits.ts'
import { isRenewed, memberNames, type Produced, scopeId } from './events.ts'
import type { Observer } from './observer.ts'
import { type Place, placeOf, placesOf } from './places.ts'
import type { Queue, Stored } from './queue.ts'
import type { Scenario } from './scenario.ts'
import { type Server, stateOf } from './servers.ts'

interface Ended {
  readonly scenario: Scenario
  readonly observer: Observer
  readonly server: Server
  readonly events: readonly Produced[]
  readonly crashed: readonly Stored[]
  readonly queue: Queue
  /** What each member held when it joined. */
  readonly initial: ReadonlyMap<string, string>
  readonly changeOf: (body: string) => Change | undefined
}

/**
 * What must be true after everything has drained: invariants 1, 2 and 5. Returns how many members do not hold the newest of
 * their changes, whether or not it could be applied.
 */
export function judgeRun(run: Ended): number {
  const { scenario, observer, queue, changeOf, crashed, initial } = run
  const moved = new Set(crashed.map(({ id }) => id))
  for (const message of queue.sent()) {
    const member = changeOf(message.body)?.member ?? '?'
    if (message.expired) observer.violate('12 nothing ages out', member, `SQS has dropped ${message.id}`)
    else if (!message.deleted)
      observer.violate('1 every message ends', member, `${message.id} is still on the queue`)
    else if (!observer.finished.has(message.id) && !moved.has(message.id))
      observer.violate('1 none is lost', member, `${message.id} left without an outcome`)
  }
  for (const { target } of scenario.outages) if (target) judgeOutage(run, target)
  if (scenario.scopeLimits.length > 0) judgeScopeLimits(run)
  if (scenario.maxReceives === maxReceives) judgeReceives(run)
  const byMember = Map.groupBy(run.events, ({ member }) => member)
  // Also those that were made of events that name people.
  const changes = Map.groupBy(
    queue.sent().flatMap(({ body }) => changeOf(body) ?? []),
    ({ member }) => member,
  )
  return [...memberNames(scenario), ...[...initial.keys()].filter(isRenewed)].filter(member =>
    judgeMember(run, member, byMember.get(member) ?? [], changes.get(member) ?? []),
  ).length
}

/** A message keeps to its budget of receives, so that SQS never moves one by itself. */
function judgeReceives({ observer, queue, crashed, changeOf }: Ended): void {
  const tooMany = (of: Stored, what: string) =>
    observer.violate('13 its receives suffice', changeOf(of.body)?.member ?? '?', `${of.id} ${what}`)
  for (const message of queue.sent()) {
    const { giveUp, latest } = message.receivesBy
    if (giveUp > receiveBudgets.byGiveUp) tooMany(message, `has ${giveUp} receives before its give-up time`)
    if (latest > receiveBudgets.byLatest) tooMany(message, `has ${latest} receives before its latest time`)
  }
  for (const message of crashed) tooMany(message, 'was moved by SQS itself')
}

/** How long a change may take while nothing is wrong with its own target, in milliseconds. */
const promptMs = 120_000

/** An outage stays with its target: the changes of the other are settled soon after they were sent. */
function judgeOutage({ observer, queue, changeOf }: Ended, down: Place): void {
  for (const { id, body, sentAt } of queue.sent()) {
    const { member } = changeOf(body) ?? {}
    const took = (observer.finished.get(id)?.at ?? sentAt) - sentAt
    if (member && placeOf(member) !== down && took > promptMs) {
      observer.violate('9 an outage stays with its target', member, `${id} took ${took / 1000} s`)
    }
  }
}

/** How long it may take to find out that a limit is one scope's alone, and how long a change of another may take after that. */
const learnedMs = 1_800_000
const undisturbedMs = 15_000

/** A scope's limit stays with its scope: once that is found out, the changes of the others do not wait for it. */
function judgeScopeLimits({ observer, queue, changeOf, scenario }: Ended): void {
  const limited = scenario.scopeLimits.flatMap(({ scope }) =>
    placesOf(scenario).map(place => `${place}/${scopeId(place, scope)}`),
  )
  const [first] = queue.sent()
  for (const { id, body, sentAt } of queue.sent()) {
    const { member } = changeOf(body) ?? {}
    if (!member || limited.includes(scopeOf(member))) continue
    const took = (observer.finished.get(id)?.at ?? sentAt) - sentAt
    const learned = sentAt - (first?.sentAt ?? sentAt) > learnedMs
    if (took > (learned ? undisturbedMs : promptMs)) {
      observer.violate('15 a limit stays with its scope', member, `${id} took ${took / 1000} s`)
    }
  }
}

/** Invariant 2: the member holds the newest change that could be applied, or a letter says that this is not known. */
function judgeMember(
  { scenario, observer, server, initial, changeOf }: Ended,
  member: string,
  own: readonly Produced[],
  changes: readonly Change[],
): boolean {
  const valid = own.filter(({ malformed, named }) => !malformed && !named)
  const read = own.filter(({ body }) => changeOf(body))
  if (read.length !== valid.length) observer.violate('5 rightly dead', member, 'a valid event is refused')
  const newestFirst = changes.toSorted((a, b) => compareVersions(b.version, a.version))
  const newest = newestFirst.find(change => observer.succeeded.has(change.version.id))
  const holds = server.state(member)
  const wrong = newestFirst[0] !== undefined && holds !== stateOf(newestFirst[0].desired)
  if (observer.isExcused(member) || scenario.dates) return wrong // `dated-watch.ts` judges changes with dates
  if (newest) {
    if (holds !== stateOf(newest.desired)) {
      observer.violate(
        '2 the newest role',
        member,
        `holds ${holds}, not ${stateOf(newest.desired)} of ${newest.version.id}`,
      )
    }
  } else if (holds !== (initial.get(member) ?? '')) {
    observer.violate('2 the newest role', member, `holds ${holds} though nothing was applied`)
  }
  return wrong
}
