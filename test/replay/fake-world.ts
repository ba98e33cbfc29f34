import { createHash } from 'node:crypto'
import type { DeadLetter } from '../../functions/core/dead-letter/dead-letter.ts'
import {
  type LetterAttributes,
  letterAttributes,
} from '../../functions/core/dead-letter/letter-attributes.ts'
import type { Reason } from '../../functions/core/dead-letter/reason.ts'
import { readHistory } from '../../functions/core/dead-letter/trail.ts'
import type { History } from '../../functions/core/event/sqs-message.ts'
import type { Entry } from '../../functions/core/ledger/ledger-entry.ts'
import type { LetterRecord, ReplayWorld } from '../../functions/replay/replay-world.ts'
import { bodyOf, managerRole, noon, organization, parse } from '../support/events.ts'
import { type FakeLetters, fakeLetters } from './fake-letters.ts'

/** A world in memory whose clock moves only when somebody waits. */
export interface FakeWorld extends ReplayWorld {
  readonly letters: FakeLetters
  /** The ledger, by member; a test changes it. */
  readonly entries: Map<string, Entry>
  /** What was sent to the changes queue. */
  readonly changes: { readonly body: string; readonly trail: History | undefined; readonly at: number }[]
  readonly logged: LetterRecord[]
  /** Called after each send to the changes queue. */
  onChange: (body: string, attributes: LetterAttributes) => void
  /** How often an entry was read. */
  reads: number
  clock: number
}

export const sha = (text: string): string => createHash('sha256').update(text).digest('hex')

/** An empty world at noon. */
export function fakeWorld(): FakeWorld {
  const world: FakeWorld = {
    letters: fakeLetters(() => world.clock),
    entries: new Map(),
    changes: [],
    logged: [],
    onChange: () => {},
    reads: 0,
    clock: noon,
    change: async (body, attributes) => {
      world.changes.push({ body, trail: readHistory(attributes.trail), at: world.clock })
      world.onChange(body, attributes)
    },
    ledger: {
      read: async member => {
        world.reads += 1
        return world.entries.get(member)
      },
    },
    parse,
    hash: sha,
    log: { letter: record => world.logged.push(record) },
    now: () => world.clock,
    wait: async ms => {
      world.clock += ms
    },
  }
  return world
}

/** The n-th membership of the organization. */
export const memberOf = (n: number): string => `wacht/${organization}/${7_000_000 + n}`

/** The body of the event `id` for the n-th member, at so many minutes past nine. */
export const bodyFor = (n: number, id: string, minute = 0): string =>
  bodyOf({
    id,
    time: `2026-11-23T09:${String(minute).padStart(2, '0')}:00Z`,
    data: {
      ...{ target: 'wacht', organizationId: organization, membershipId: String(7_000_000 + n) },
      roleId: managerRole,
    },
  })

/** The attributes with which the function would bury this body. */
export function buriedAs(reason: Reason, body: string, trail?: History): LetterAttributes {
  const message = { id: 'm', receipt: 'r', body, sentAt: noon, firstReceivedAt: noon, receives: 1 }
  const { named } = parse(body)
  return letterAttributes({ ...message, ...(trail && { trail }) }, named, { reason, detail: 'so' }, noon)
}

/** Puts a letter of the n-th member on the queue. */
export const bury = (
  { letters }: FakeWorld,
  n: number,
  id: string,
  { minute = 0, reason = 'not_found' }: { minute?: number; reason?: Reason } = {},
  fields: Partial<DeadLetter> = {},
): DeadLetter => {
  const body = bodyFor(n, id, minute)
  return letters.put(body, buriedAs(reason, body), fields)
}

/** Makes an event the one that is in effect for the n-th member. */
export function apply(world: FakeWorld, n: number, id: string, minute: number, message = `m-${id}`): void {
  const parsed = parse(bodyFor(n, id, minute))
  if (!parsed.ok || !parsed.change) throw new Error('no change of a member')
  const { member, version, desired } = parsed.change
  const rev = (world.entries.get(member)?.rev ?? 0) + 2
  const applied = { version, event: id, message, desired, at: world.clock }
  world.entries.set(member, { member, rev, failures: 0, applied })
}

/** What fails in a world: work on letters of these bodies or members. */
export interface Failing {
  readonly parse?: (body: string) => boolean
  readonly ledger?: (member: string) => boolean
  readonly remove?: (body: string) => boolean
  readonly send?: (body: string) => boolean
  readonly change?: (body: string) => boolean
  readonly receive?: () => boolean
}

/** The same world, in which something fails. */
export function failing(world: FakeWorld, at: Failing): FakeWorld {
  const { letters } = world
  const failure = (fails: boolean | undefined, why: string) => {
    if (fails) throw new Error(why)
  }
  const broken: Partial<FakeLetters> = {
    look: async function* (options) {
      failure(at.receive?.(), 'SQS is down')
      yield* letters.look(options)
    },
    remove: async letter => {
      failure(at.remove?.(letter.body), 'SQS refuses')
      await letters.remove(letter)
    },
    send: async (body, attributes) => {
      failure(at.send?.(body), 'SQS refuses')
      await letters.send(body, attributes)
    },
  }
  return {
    ...world,
    letters: Object.assign(Object.create(letters) as FakeLetters, broken),
    parse: (body, time) => {
      failure(at.parse?.(body), 'a bug')
      return world.parse(body, time)
    },
    change: async (body, attributes) => {
      failure(at.change?.(body), 'SQS refuses')
      await world.change(body, attributes)
    },
    ledger: {
      read: async member => {
        failure(at.ledger?.(member), 'the ledger is down')
        return world.ledger.read(member)
      },
    },
  }
}
