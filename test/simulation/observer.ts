import type { Entry } from '../../functions/core/entry.ts'
import type { Change } from '../../functions/core/event.ts'
import type { LetterAttributes } from '../../functions/core/letter.ts'
import type { OutcomeRecord } from '../../functions/core/ports.ts'
import { compareVersions } from '../../functions/core/version.ts'
import type { Request } from '../../functions/targets/target.ts'
import type { Clock } from './clock.ts'
import type { Received } from './queue.ts'
import type { Scenario } from './scenario.ts'
import { type Server, stateOf } from './servers.ts'

/** A promise that was broken: which invariant of the design, of whom, and how. */
export interface Violation {
  readonly invariant: string
  readonly member: string
  readonly detail: string
}

/** Follows one write from its start until it can no longer land. */
export interface Write {
  readonly member: string
  /** The client has an answer, or gave up; `unanswered`: it may land all the same. */
  readonly ended: (unanswered: boolean) => void
  readonly landed: (applied: boolean) => void
  /** The target answered as if it had, and did nothing. */
  readonly ignored: () => void
}

interface Flight {
  readonly state: string
  readonly began: number
  ended: boolean
  unanswered: boolean
  /** When it can no longer land. */
  until: number
}

/** Watches the run from the outside and notes every broken promise (the invariants 1 to 7 of the simulation). */
export function createObserver(scenario: Scenario, clock: Clock, server: Server, secrets: readonly string[]) {
  const { requestTimeoutMs, landWithinMs, notFoundGraceMs } = scenario.rules
  const repeatable = scenario.target === 'project' || scenario.dialect === 'role_id'
  const longOutage = scenario.outages.some(({ from, to }) => to - from >= scenario.rules.giveUpMs)
  const violations: Violation[] = []
  const flights = new Map<string, Flight[]>()
  const finished = new Map<string, OutcomeRecord['outcome']>()
  const timeline: { time: number; member: string; what: string }[] = []
  const ignoredOnce = new Set<string>()
  const lettered = new Set<string>()
  const succeeded = new Set<string>()
  const unproven = new Set<string>()
  let tracing = false

  const violate = (invariant: string, member: string, detail: string) => {
    violations.push({ invariant, member, detail })
    note(member, `BROKEN ${invariant}: ${detail}`)
  }
  const note = (member: string, what: string) => {
    if (tracing) timeline.push({ time: clock.now(), member, what })
  }

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
    /** The members of whom a letter says that a write may have had an effect. */
    unproven,

    /** Invariants 3 and 4, at the moment a write leaves. */
    writeStarts: (request: Request): Write => {
      const member = memberOf(scenario, request)
      const state = wantedBy(request)
      const now = clock.now()
      const known = (flights.get(member) ?? []).filter(flight => !flight.ended || now < flight.until)
      for (const flight of known) {
        if (!flight.ended)
          violate('3 one write at a time', member, `${state} starts while ${flight.state} is under way`)
        else if (!flight.unanswered) continue
        else if (!repeatable || (state !== '' && flight.state !== state)) {
          violate(
            '4 nothing over an unanswered write',
            member,
            `${state} starts while ${flight.state} may land`,
          )
        }
      }
      const own: Flight = {
        state,
        began: now,
        ended: false,
        unanswered: false,
        until: now + requestTimeoutMs + landWithinMs - 1000,
      }
      flights.set(member, [...known, own])
      note(member, `write ${request.method} ${state}`)
      return {
        member,
        ended: unanswered => {
          own.ended = true
          own.unanswered = unanswered
          own.until = clock.now() + landWithinMs - 1000
          note(member, `write ${state} ${unanswered ? 'not answered' : 'answered'}`)
        },
        landed: applied => {
          if (applied && server.state(member) === '' && scenario.target === 'wacht') {
            violate('8 never without a role', member, `${request.method} ${state} has stripped the member`)
          }
          note(member, `write ${state} ${applied ? 'lands' : 'is refused'}: holds ${server.state(member)}`)
        },
        ignored: () => ignoredOnce.add(`${member} ${state}`).add(`${member} `),
      }
    },

    /** Invariants 1, 6 and 7, when a message is settled. */
    outcome: (
      record: OutcomeRecord,
      { stored }: Received,
      change: Change | undefined,
      entry: Entry | undefined,
    ) => {
      const member = record.member ?? '?'
      note(member, `${record.messageId} ${record.event} ${record.outcome} ${record.reason ?? ''}`)
      leaks(JSON.stringify(record), member)
      const before = finished.get(record.messageId)
      if (before && before !== 'dead' && record.outcome === 'dead') {
        violate('1 an end is an end', member, `${record.messageId} was ${before}, then dead`)
      }
      finished.set(record.messageId, record.outcome)
      if (record.outcome === 'dead' && !lettered.has(stored.body)) {
        violate('1 none is lost', member, `${record.messageId} is dead without a letter`)
      }
      const young = clock.now() - stored.sentAt < notFoundGraceMs - 1000
      if (record.reason === 'not_found' && young && !stored.trail?.replays) {
        violate('5 rightly dead', member, `${record.messageId} is not found within the grace`)
      }
      if (!change || record.outcome === 'dead') return
      succeeded.add(change.version.id)
      if (!entry?.applied || entry.applied.version.time < change.version.time) {
        violate(
          '1 an end is an end',
          member,
          `${record.messageId} ${record.outcome}, but the ledger has it not`,
        )
      }
      const newest = entry?.applied?.event === change.version.id && !entry.lease && !entry.unproven
      if (record.outcome === 'applied' && newest && server.state(member) !== stateOf(change.desired)) {
        violate(
          '6 applied was visible',
          member,
          `holds ${server.state(member)}, not ${stateOf(change.desired)}`,
        )
      }
    },

    /** Of one member's changes in one batch the newest is tried first (DESIGN 3). */
    attempted: (previous: Change | undefined, change: Change) => {
      if (previous && compareVersions(previous.version, change.version) < 0) {
        violate(
          '2 newest first',
          change.member,
          `${previous.version.id} was tried before ${change.version.id}`,
        )
      }
    },

    /** Invariants 5 and 7, when a letter is sent. */
    letter: (body: string, attributes: LetterAttributes, change: Change | undefined) => {
      lettered.add(body)
      const { reason, member = '?' } = attributes
      leaks(JSON.stringify(attributes), member)
      if (attributes.unproven) unproven.add(member)
      if (!rightlyDead(reason, change)) violate('5 rightly dead', member, `${attributes.event}: ${reason}`)
    },
    logged: (text: string, member: string) => leaks(text, member),
  }

  function rightlyDead(reason: string | undefined, change: Change | undefined): boolean {
    if (reason === 'gave_up') return longOutage
    if (!change) return reason === 'invalid_event'
    const state = stateOf(change.desired)
    if (reason === 'no_effect') return ignoredOnce.has(`${change.member} ${repeatable ? state : ''}`)
    return reason === (scenario.target === 'project' ? 'rejected' : 'not_found')
      ? server.refuses(change.member, state)
      : reason === 'not_found' && server.refuses(change.member, '')
  }

  function leaks(text: string, member: string): void {
    for (const secret of secrets) {
      if (text.includes(secret)) violate('7 no secret is told', member, `${secret} in ${text.slice(0, 200)}`)
    }
  }
}

export type Observer = ReturnType<typeof createObserver>

function memberOf(scenario: Scenario, { url }: Request): string {
  const parts = new URL(url).pathname.split('/').filter(Boolean)
  return scenario.target === 'project' ? `project/${parts[2]}/${parts[4]}` : `wacht/${parts[1]}/${parts[3]}`
}

/** What a write wants the member to hold; a removal of another role belongs to a state that it does not name. */
function wantedBy({ method, body }: Request): string {
  if (method === 'DELETE') return ''
  const { role_id, role_ids, ...project } = body as Record<string, unknown>
  return role_id ? String(role_id) : role_ids ? String(role_ids) : stateOf(project)
}
