import type { LetterAttributes } from '../../functions/core/dead-letter/letter-attributes.ts'
import type { Reason } from '../../functions/core/dead-letter/reason.ts'
import { type Change, isFence } from '../../functions/core/event/event.ts'
import { maxAheadMs } from '../../functions/core/event/event-parser.ts'
import { compareDecisions, compareVersions, type Version } from '../../functions/core/event/version.ts'
import type { Entry } from '../../functions/core/ledger/ledger-entry.ts'
import type { OutcomeRecord } from '../../functions/core/ports.ts'
import { guardedMembers } from './approvals.ts'
import type { Clock } from './clock.ts'
import { createFlights, isRepeatable } from './flights.ts'
import { ownerRules } from './owners.ts'
import { placeOf } from './places.ts'
import type { Received } from './queue.ts'
import type { Scenario } from './scenario.ts'
import { type Server, stateOf } from './servers.ts'

/** A promise that was broken: which invariant of the design, of whom, and how. */
export interface Violation {
  readonly invariant: string
  readonly member: string
  readonly detail: string
}

/** A member who joined so lately may have been answered for as unknown, in milliseconds. */
const joinedJustNowMs = 60_000

/** How far a clock may be off, and how long a letter may take, in milliseconds. */
const skewMs = 90_000

/** Watches the run from the outside and notes every broken promise (the invariants 1 to 7 of the simulation). */
export function createObserver(scenario: Scenario, clock: Clock, server: Server, secrets: readonly string[]) {
  const { notFoundGraceMs, giveUpMs, giveUpAtLatestMs } = scenario.rules
  const longOutage =
    scenario.held !== undefined ||
    scenario.outages.some(({ from, to }) => to - from >= Math.min(giveUpMs, giveUpAtLatestMs))
  const violations: Violation[] = []
  const finished = new Map<string, { outcome: OutcomeRecord['outcome']; at: number }>()
  const timeline: { time: number; member: string; what: string }[] = []
  const excused = new Set<string>()
  const joinedAt = new Map<string, number>()
  const lettered = new Set<string>()
  const refusedRightly = new Map<string, boolean>()
  const succeeded = new Set<string>()
  const unproven = new Set<string>()
  const unprovenAt = new Map<string, number>()
  const wroteAt = new Map<string, number>()
  const moved = new Set<string>()
  let tracing = false

  const violate = (invariant: string, member: string, detail: string) => {
    violations.push({ invariant, member, detail })
    note(member, `BROKEN ${invariant}: ${detail}`)
  }
  const note = (member: string, what: string) => {
    if (tracing) timeline.push({ time: clock.now(), member, what })
  }

  const doomed = (member: string, state: string, reason: Reason) =>
    excused.add(`${member} ${reason} ${state}`).add(`${member} ${reason} `)

  return {
    violations,
    timeline,
    violate,
    note,
    trace: () => {
      tracing = true
    },
    /** What became of each message at last. */
    finished,
    /** The events that ended in anything but a dead letter. */
    succeeded,
    /** Whether a letter says that the member's last write may have had an effect: a letter that is older than it says nothing of it. */
    isExcused: (member: string): boolean =>
      moved.has(member) || (unprovenAt.get(member) ?? -1) >= (wroteAt.get(member) ?? 0),

    /** A write to the member begins. */
    wrote: (member: string) => void wroteAt.set(member, clock.now()),

    writeStarts: createFlights(scenario, clock, server, { violate, note, doomed }),

    /** Invariants 1, 6 and 7, when a message is settled. */
    outcome: (
      record: OutcomeRecord,
      { stored, at: began }: Received,
      change: Change | undefined,
      entry: Entry | undefined,
    ) => {
      const member = record.member ?? '?'
      note(member, `${record.messageId} ${record.event} ${record.outcome} ${record.reason ?? ''}`)
      leaks(JSON.stringify(record), member)
      const before = finished.get(record.messageId)
      if (before && !hasLetter(before) && before.at < began && hasLetter(record)) {
        violate('1 an end is an end', member, `${record.messageId} was ${before.outcome}, then dead`)
      }
      if (
        before &&
        hasLetter(before) &&
        before.at < began &&
        record.outcome === 'applied' &&
        !unproven.has(member)
      ) {
        violate('1 an end is an end', member, `${record.messageId} was dead, then applied`)
      }
      if (before?.outcome !== 'applied')
        finished.set(record.messageId, { outcome: record.outcome, at: clock.now() })
      if (hasLetter(record) && !lettered.has(stored.body)) {
        violate('1 none is lost', member, `${record.messageId} is dead without a letter`)
      }
      const young = clock.now() - stored.sentAt < notFoundGraceMs - 1000
      if (record.reason === 'not_found' && young && !stored.trail?.replays) {
        violate('5 rightly dead', member, `${record.messageId} is not found within the grace`)
      }
      if (!change || hasLetter(record) || record.outcome === 'shadow' || record.outcome === 'scheduled')
        return
      succeeded.add(change.version.id)
      if (!entry?.applied || !isReached(change.version, entry, began)) {
        violate(
          '1 an end is an end',
          member,
          `${record.messageId} ${record.outcome}, but the ledger has it not`,
        )
      }
      const newest =
        entry?.applied &&
        compareVersions(entry.applied.version, change.version) === 0 &&
        !entry.lease &&
        !entry.unproven
      // What a third party edits at the target may be seen by nobody.
      if (
        record.outcome === 'applied' &&
        newest &&
        !scenario.drift &&
        server.state(member) !== stateOf(change.desired)
      ) {
        violate(
          '6 applied was visible',
          member,
          `holds ${server.state(member)}, not ${stateOf(change.desired)}`,
        )
      }
    },

    /** SQS has moved a message by itself: nobody knows what its attempts did. */
    redriven: (member: string) => {
      unproven.add(member)
      moved.add(member)
    },

    joined: (member: string) => void joinedAt.set(member, clock.now()),

    /** Of one member's changes in one batch the newest is tried first, but a withdrawal before whatever was decided before it. */
    attempted: (previous: Change | undefined, change: Change) => {
      if (!previous) return
      const decided = compareDecisions(previous.version, change.version)
      const isFenced = isFence(previous) && decided > 0
      const isLate = isFence(change) && decided < 0
      if (isLate || (!isFenced && compareVersions(previous.version, change.version) < 0)) {
        violate(
          '2 newest first',
          change.member,
          `${previous.version.id} was tried before ${change.version.id}`,
        )
      }
    },

    /** A change is refused now. Its letter may be sent later: after its instance has died, or once more. */
    refused: (body: string, reason: string, change: Change) =>
      void refusedRightly.set(`${reason} ${body}`, rightlyDead(reason, change)),

    /** Invariants 5, 7 and 14, when a letter is sent. */
    letter: (body: string, attributes: LetterAttributes, change: Change | undefined) => {
      const isRepeated = lettered.has(body)
      lettered.add(body)
      const believed = Object.keys(JSON.parse(attributes.trail ?? '{}')).filter(key =>
        historical.includes(key),
      )
      if (believed.length > 0) violate('14 no claim is believed', change?.member ?? '?', believed.join(', '))
      const { reason, member = '?' } = attributes
      leaks(JSON.stringify(attributes), member)
      if (attributes.unproven) {
        unproven.add(member)
        unprovenAt.set(member, clock.now())
      }
      if (reason === 'expired') {
        const { expires } = (JSON.parse(body) as { data: { expires: string } }).data
        if (Date.parse(expires) > clock.now() + skewMs)
          violate('5 rightly dead', member, `ends at ${expires}`)
      } else if (reason === 'time_in_future') {
        const ahead = Date.parse((JSON.parse(body) as { time: string }).time) - clock.now()
        if (ahead < maxAheadMs - skewMs && !isRepeated) violate('5 rightly dead', member, `${ahead} ms ahead`)
      } else if (!(refusedRightly.get(`${reason} ${body}`) ?? rightlyDead(reason, change)))
        violate('5 rightly dead', member, `${attributes.event}: ${reason}`)
    },
    logged: (text: string, member: string) => leaks(text, member),
  }

  function rightlyDead(reason: string | undefined, change: Change | undefined): boolean {
    if (reason === 'gave_up') return longOutage
    if (reason === 'held')
      return (
        guardedMembers(scenario).includes(change?.member ?? '') ||
        change?.withdraws !== undefined ||
        (change !== undefined && ownerRules(scenario).length > 0)
      )
    if (reason?.startsWith('person_')) return true // which is judged when the message ends
    if (!change) return reason === 'invalid_event'
    if (clock.now() - (joinedAt.get(change.member) ?? 0) < joinedJustNowMs) return true
    const state = stateOf(change.desired)
    if (excused.has(`${change.member} ${reason} ${isRepeatable(scenario, change.member) ? state : ''}`))
      return true
    return reason === (placeOf(change.member) === 'project' ? 'rejected' : 'not_found')
      ? server.refuses(change.member, state)
      : reason === 'not_found' && server.refuses(change.member, '')
  }

  function leaks(text: string, member: string): void {
    for (const secret of secrets) {
      if (text.includes(secret)) violate('7 no secret is told', member, `${secret} in ${text.slice(0, 200)}`)
    }
  }
}

/** Whether what is applied is as new as a version, or a fence stands before it, or a withdrawal took over from what was since the invocation began. */
const isReached = (version: Version, { applied, fence }: Entry, began: number): boolean =>
  (applied !== undefined && applied.version.time >= version.time) ||
  (applied !== undefined && compareVersions(applied.version, version) >= 0) ||
  (applied?.tookOver !== undefined && applied.at > began - 1000) ||
  (fence !== undefined && compareDecisions(version, fence) <= 0)

/** Whether a message ended with a letter. */
export const hasLetter = ({ outcome }: Pick<OutcomeRecord, 'outcome'>): boolean =>
  outcome === 'dead' || outcome === 'held'

/** What of a trail tells of a letter's lives before its latest death. */
const historical = ['replays', 'renewals', 'plan', 'edits']

export type Observer = ReturnType<typeof createObserver>
