import { signWith } from '../../functions/aws/reassert-key.ts'
import type { Change } from '../../functions/core/event/event.ts'
import { type Reassertion, reassertionBody } from '../../functions/core/event/reassertion.ts'
import { compareVersions } from '../../functions/core/event/version.ts'
import type { Desired } from '../../functions/core/ledger/desired-state.ts'
import type { Entry } from '../../functions/core/ledger/ledger-entry.ts'
import type { Clock } from './clock.ts'
import { memberName, rolesOf } from './events.ts'
import type { Observer } from './observer.ts'
import type { Queue } from './queue.ts'
import type { Random } from './random.ts'
import type { Scenario } from './scenario.ts'
import { type Server, stateOf } from './servers.ts'

const minute = 60_000
const hour = 60 * minute

/** The secret of the key of re-assertions. */
export const reassertSecret = JSON.stringify({ token: 'the-key' })

/** How long a step may be under way, in milliseconds: its clock was read before. */
const stepMs = 61_000

const invariant = '20 what is re-asserted is the newest'

/**
 * A third party edits members, and re-assertions are sent at any time: of what is applied by then, some late, some twice, some forged. In the end
 * all that still differs is re-asserted, so that the newest change must be in effect.
 */
export function createDrift(scenario: Scenario, clock: Clock, { violate, note }: Observer) {
  const genuine: Reassertion[] = []
  const changes = new Map<string, Change>()

  const stored = (
    before: Entry | undefined,
    entry: Entry,
    changeOf: (body: string) => Change | undefined,
    queue: Queue,
  ) => {
    const { member, applied, lease } = entry
    if (!scenario.drift || !applied) return
    const was = before?.applied
    if (was && compareVersions(was.version, applied.version) === 0 && was.message !== applied.message)
      violate(invariant, member, `${applied.message} is told as the proof of ${was.message}`)
    if (!lease || lease.holder === before?.lease?.holder) return
    if (lease.event !== applied.event) {
      const versions = queue.sent().flatMap(({ body }) => changeOf(body) ?? [])
      const own = versions.find(each => each.member === member && each.version.id === lease.event)
      if (!own || compareVersions(own.version, applied.version) < 0)
        violate(invariant, member, `${lease.event} is written over ${applied.event}`)
      return
    }
    const isAsked = genuine.some(
      each =>
        each.member === member &&
        compareVersions(each.version, applied.version) === 0 &&
        each.expires > clock.now() - stepMs,
    )
    if (!isAsked) violate(invariant, member, `${applied.event} is written again, and nobody may ask for it`)
    if (stateOf(lease.desired) !== stateOf(applied.desired))
      violate(invariant, member, `${stateOf(lease.desired)} is written as ${applied.event}`)
  }

  /** A genuine re-assertion is sent: of this state. */
  const sends = (body: string, reassertion: Reassertion, desired: Desired) => {
    const { member, version } = reassertion
    changes.set(body, { target: member.split('/')[0] as string, member, version, desired })
    genuine.push(reassertion)
  }

  return {
    /** A step of the ledger is stored. */
    stored,
    sends,
    /** What a genuine re-assertion asks for. */
    changeOf: (body: string) => changes.get(body),
    start: (
      server: Server,
      queue: Queue,
      entries: ReadonlyMap<string, Entry>,
      randomOf: (name: string) => Random,
    ) => {
      const { drift } = scenario
      if (!drift) return
      const start = clock.now()
      let count = 0
      const send = (member: string, random: Random, isForged: boolean) => {
        const applied = entries.get(member)?.applied
        if (!applied) return
        const { version, desired } = applied
        const expires = clock.now() + 55 * minute
        const reassertion = { member, version, expires, by: 'arn:aws:iam::123456789012:role/admin' }
        const names = { id: `r${count++}`, source: '//role-sync/simulation/drift' }
        if (isForged) return queue.send(forged(reassertion, names, random))
        const body = reassertionBody(reassertion, names, signWith('the-key'))
        sends(body, reassertion, desired)
        const late = random.pick([0, 0, 10 * minute, 50 * minute, 3 * hour])
        for (let copies = random.chance(0.2) ? 2 : 1; copies > 0; copies--)
          clock.at(clock.now() + random.between(0, late), () => queue.send(body))
      }
      for (let index = 0; index < scenario.members; index++) {
        const member = memberName(scenario, index)
        const random = randomOf(`drift of ${index}`)
        for (let edit = 0; edit < drift.edits; edit++)
          clock.at(start + random.between(0, drift.until), () => {
            if (!entries.get(member)?.applied) return
            const role = random.pick(rolesOf(member))
            server.edit(member, role)
            note(member, `is given ${role} by a third party`)
          })
        for (let round = 0; round < (drift.automatic ? 2 : 12); round++)
          clock.at(start + random.between(0, drift.until), () =>
            send(member, random, random.chance(drift.forged)),
          )
        for (let round = 1; round <= 16; round++)
          clock.at(start + drift.until + 24 * hour + round * hour, () => {
            const applied = entries.get(member)?.applied
            if (applied && server.state(member) !== stateOf(applied.desired)) send(member, random, false)
          })
      }
    },
  }
}

/** A re-assertion by another key, without a signature, or changed after it was signed. */
function forged(
  reassertion: Reassertion,
  names: { readonly id: string; readonly source: string },
  random: Random,
): string {
  if (random.chance(0.4)) return reassertionBody(reassertion, names, signWith('another-key'))
  const past = { ...reassertion, expires: reassertion.expires - 2 * hour }
  const body = JSON.parse(reassertionBody(past, names, signWith('the-key')))
  const expires = new Date(reassertion.expires).toISOString()
  return JSON.stringify({ ...body, data: { ...body.data, expires } })
}

export type Drift = ReturnType<typeof createDrift>
