import type { LetterAttributes } from '../../functions/core/dead-letter/letter-attributes.ts'
import type { DueItem } from '../../functions/core/due/due-item.ts'
import { createEventParser } from '../../functions/core/event/event-parser.ts'
import type { Message } from '../../functions/core/event/sqs-message.ts'
import type { Desired } from '../../functions/core/ledger/desired-state.ts'
import type { Entry } from '../../functions/core/ledger/ledger-entry.ts'
import type { Effect } from '../../functions/core/outcome/effect.ts'
import { scopeOf } from '../../functions/core/people/person-event.ts'
import { none, type PersonRecord } from '../../functions/core/people/person-progress.ts'
import type {
  AttemptRecord,
  LedgerStore,
  OutcomeRecord,
  PersonMemory,
  PersonPlace,
  Queues,
  RetryRecord,
  SearchRecord,
  Telemetry,
} from '../../functions/core/ports.ts'
import { createBreaker } from '../../functions/sync/breaker.ts'
import { createConsumer } from '../../functions/sync/consumer.ts'
import type { Rules, SyncWorld } from '../../functions/sync/sync-world.ts'
import { kinds } from '../../functions/targets/index.ts'
import type { PeoplePage } from '../../functions/targets/people-page.ts'
import type { Reading, Target } from '../../functions/targets/target.ts'
import { naming } from '../../functions/targets/wacht/wacht-member.ts'
import { effects } from './entries.ts'
import { bodyOf, catalogue, engineerRole, managerRole, noon, wachtData } from './events.ts'

/** The numbers of production (infra/config.ts), in milliseconds. */
export const productionRules: Rules = {
  ...{
    retryFromMs: 5000,
    retryCapMs: 900_000,
    requestTimeoutMs: 10_000,
    leaseMs: 65_000,
    landWithinMs: 60_000,
  },
  ...{ closingMs: 10_000, giveUpMs: 259_200_000, giveUpAtLatestMs: 1_123_200_000, notFoundGraceMs: 900_000 },
}

/** What the ledger does with one call: nothing else than it should, fail before it, or after it. */
export type LedgerFault = 'fails' | 'fails, but happened'

/** The body of the n-th change of a member; a larger n is newer. */
export const change = (
  n: number,
  fields: { readonly role?: string; readonly member?: string } = {},
): string =>
  bodyOf({
    id: `e${n}`,
    time: `2026-11-23T09:15:${String(n).padStart(2, '0')}Z`,
    data: {
      ...wachtData,
      membershipId: fields.member ?? '2',
      roleId: fields.role ?? (n % 2 ? managerRole : engineerRole),
    },
  })

/** A fresh message with this body. */
export const messageOf = (id: string, body: string, fields: Partial<Message> = {}): Message => ({
  ...{ id, receipt: `receipt of ${id}`, body, sentAt: noon, firstReceivedAt: noon, receives: 1, ...fields },
})

export interface WorldOptions {
  readonly rules?: Partial<Rules>
  readonly repeatable?: boolean
  readonly tellsGone?: boolean
  /** What the target's attempts do, one after the other; proven when there are no more. */
  readonly effects?: readonly (Effect | Error)[]
  readonly now?: number
  readonly history?: SyncWorld['history']
  readonly outcomes?: SyncWorld['outcomes']
  readonly guards?: SyncWorld['guards']
  /** What reads of a member show, one after the other; no such member when there are no more. Without it the target has no read. */
  readonly readings?: readonly Reading[]
  readonly reassertions?: SyncWorld['reassertions']
}

/** The fingerprint of the secret of people. */
export const fakeFingerprint = 'the-same'

/** A consumer in a world of recording fakes: virtual clock, seeded chance, a ledger and queues in memory. */
export function fakeWorld(options: WorldOptions = {}) {
  const log: string[] = []
  const state = {
    now: options.now ?? noon,
    entries: new Map<string, Entry>(),
    ledgerFaults: [] as (LedgerFault | undefined)[],
    effects: [...(options.effects ?? [])],
    readings: [...(options.readings ?? [])],
    sent: [] as { member: string; desired: Desired; entry: Entry | undefined }[],
    letters: [] as { body: string; attributes: LetterAttributes }[],
    lettersFail: false,
    enqueued: [] as string[],
    /** The senders that were passed on with the events. */
    senders: [] as (string | undefined)[],
    enqueueFails: false,
    /** How long the queue keeps them, in seconds. */
    seconds: [] as (number | undefined)[],
    /** What is kept until it is due. */
    due: [] as DueItem[],
    dueFails: false,
    delays: [] as { id: string; seconds: number }[],
    delaysFail: false,
    attempts: [] as AttemptRecord[],
    searches: [] as SearchRecord[],
    outcomes: [] as OutcomeRecord[],
    retries: [] as RetryRecord[],
    troubles: [] as string[],
    /** What a target lists of a scope, page after page; nobody when there are no more. */
    pages: new Map<string, PeoplePage[]>(),
    /** What the memory does with the calls of a method, until that is changed. */
    memoryFaults: {} as Partial<Record<keyof PersonMemory, LedgerFault>>,
    /** What is kept of messages that name people, by message id. */
    records: new Map<string, PersonRecord>(),
    /** What happens while the target works on a request. */
    meanwhile: () => {},
    log,
  }
  const { entries } = state
  const failing = async <T>(what: string, act: () => T): Promise<T> => {
    const fault = state.ledgerFaults.shift()
    log.push(fault ? `${what} ${fault}` : what)
    await Promise.resolve()
    if (fault === 'fails') throw new Error('the ledger is not there')
    const result = act()
    if (fault) throw new Error('the answer of the ledger was lost')
    return result
  }
  const ledger: LedgerStore = {
    read: member => failing('read', () => entries.get(member)),
    write: entry =>
      failing('write', () => {
        if ((entries.get(entry.member)?.rev ?? 0) !== entry.rev - 1)
          return { conflict: entries.get(entry.member) }
        entries.set(entry.member, entry)
        return 'stored' as const
      }),
  }
  const queues: Queues = {
    sendDeadLetter: async (body, attributes) => {
      log.push('dead letter')
      if (state.lettersFail) throw new Error('SQS refuses')
      state.letters.push({ body, attributes })
    },
    enqueue: async (bodies, sender, seconds) => {
      log.push('enqueue')
      if (state.enqueueFails) throw new Error('SQS refuses')
      state.senders.push(...bodies.map(() => sender))
      state.seconds.push(...bodies.map(() => seconds))
      state.enqueued.push(...bodies)
    },
    delay: async delays => {
      log.push('delay')
      state.delays.push(...delays.map(({ message, seconds }) => ({ id: message.id, seconds })))
      if (state.delaysFail) throw new Error('SQS refuses')
    },
  }
  const memory = new Map<string, PersonPlace>()
  const { records } = state
  const remembering = async <T>(method: keyof PersonMemory, act: () => T): Promise<T> => {
    const fault = state.memoryFaults[method]
    await Promise.resolve()
    if (fault === 'fails') throw new Error(`the memory does not answer: ${method}`)
    const result = act()
    if (fault) throw new Error(`the answer of the memory was lost: ${method}`)
    return result
  }
  const people: PersonMemory = {
    key: email =>
      remembering('key', () => Buffer.from(email).toString('base64url').padEnd(43, '_').slice(0, 43)),
    fingerprint: () => remembering('fingerprint', () => fakeFingerprint),
    recall: (key, scope) => remembering('recall', () => memory.get(`${key} ${scope}`)),
    remember: (key, place) =>
      remembering('remember', () => void memory.set(`${key} ${scopeOf(place.member)}`, place)),
    forget: (key, member) => remembering('forget', () => void memory.delete(`${key} ${scopeOf(member)}`)),
    message: messageId => remembering('message', () => records.get(messageId) ?? { rev: 0, progress: none }),
    keep: ({ id }, record) =>
      remembering('keep', () => {
        log.push(record.end ? 'keep the end' : 'keep the progress')
        if ((records.get(id)?.rev ?? 0) !== record.rev - 1) return 'conflict'
        records.set(id, record)
        return 'stored' as const
      }),
  }
  const telemetry: Telemetry = {
    attempt: record => state.attempts.push(record),
    search: record => state.searches.push(record),
    outcome: record => state.outcomes.push(record),
    retry: record => state.retries.push(record),
    trouble: (what, error) => state.troubles.push(`${what}: ${(error as Error).message}`),
  }
  const target: Target = {
    name: 'wacht',
    repeatable: options.repeatable ?? true,
    tellsGone: options.tellsGone ?? true,
    request: (_, body) => ({ method: 'PATCH', url: '', body }) as const,
    naming,
    people: async (scope: string, page: number): Promise<PeoplePage> => {
      log.push(`list ${scope} ${page}`)
      return state.pages.get(scope)?.shift() ?? { ok: true, listed: [] }
    },
    apply: async (member: string, desired: Desired): Promise<Effect> => {
      log.push(`send ${desired.roleId}`)
      state.sent.push({ member, desired, entry: entries.get(member) })
      state.meanwhile()
      await Promise.resolve()
      const effect = state.effects.shift() ?? effects.proven
      if (effect instanceof Error) throw effect
      return effect
    },
  }
  const read = async (): Promise<Reading> => {
    log.push('read the member')
    return state.readings.shift() ?? { kind: 'absent' }
  }
  const linkTo = (of: Target) => {
    const breaker = createBreaker(30_000, () => state.now)
    const http = () => async () => ({ kind: 'answered', status: 500 }) as const
    return [of.name, { target: of, breaker, http }] as const
  }
  let holders = 0
  let seed = 1
  const world: SyncWorld = {
    parse: createEventParser(kinds, catalogue),
    ledger,
    history: options.history,
    outcomes: options.outcomes,
    guards: options.guards,
    reassertions: options.reassertions,
    queues,
    due: {
      put: async items => {
        log.push('keep what is due')
        if (state.dueFails) throw new Error('the table is not there')
        state.due.push(...items)
      },
    },
    telemetry,
    targets: new Map(
      [target, { ...target, name: 'project', naming: projectNaming }].map(of =>
        linkTo(options.readings ? { ...of, read } : of),
      ),
    ),
    rules: { ...productionRules, ...options.rules },
    now: () => state.now,
    random: () => {
      seed = (seed * 48_271) % 2_147_483_647
      return seed / 2_147_483_647
    },
    newHolder: () => `holder ${++holders}`,
    people,
    hash: text => `hash of ${text}`,
    wait: async ms => {
      log.push(`wait ${ms}`)
      state.now += ms
    },
  }
  const consume = createConsumer(world)
  return {
    state,
    world,
    /** Settles a batch with a minute to go; resolves to the ids that stay. */
    run: (...messages: Message[]) => consume(messages, state.now + 60_000),
    consume,
    entry: (member = '2') => entries.get(memberName(member)),
  }
}

const projectNaming = (member: string) => {
  const [target = '', projectId = '', memberId = ''] = member.split('/')
  return { target, projectId, memberId }
}

/** The ledger's name of a member of the tests' organization. */
export const memberName = (id = '2'): string => `wacht/${wachtData.organizationId}/${id}`
