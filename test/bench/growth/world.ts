import { createEventParser } from '../../../functions/core/event/event-parser.ts'
import type { Message } from '../../../functions/core/event/sqs-message.ts'
import type { Breaker } from '../../../functions/sync/breaker.ts'
import { createConsumer } from '../../../functions/sync/consumer.ts'
import { readRules, readSettings } from '../../../functions/sync/sync-settings.ts'
import { kinds } from '../../../functions/targets/index.ts'
import type { Http } from '../../../functions/targets/target.ts'
import { memoryLedger } from '../../support/memory-ledger.ts'
import { noPeople } from '../../support/no-people.ts'
import { settingsOf } from '../services/settings.ts'

const base = 'http://target.example.com'
const rules = readRules(
  readSettings({
    ...settingsOf(),
    WACHT_URL: base,
    WACHT_SECRET_ARN: 'none',
    PROJECT_URL: base,
    PROJECT_SECRET_ARN: 'none',
    CHANGES_QUEUE_URL: base,
    DEAD_LETTER_QUEUE_URL: base,
    LEDGER_TABLE: 'none',
  }),
)
const silent = { attempt: () => {}, search: () => {}, outcome: () => {}, retry: () => {} }

interface MemoryWorldOptions {
  readonly dialect?: 'role_id' | 'role_ids'
  /** How many entries the ledger keeps; all of them unless it is said. */
  readonly mostEntries?: number
}

/** The real consumer and target, with a ledger, a queue and a way over HTTP that are in memory; its clock stands still unless moved. */
export function memoryWorld(http: Http, { dialect = 'role_id', mostEntries }: MemoryWorldOptions = {}) {
  const ledger = memoryLedger(mostEntries)
  const delays = new Map<string, number>()
  const clock = { now: Date.now() }
  const now = () => clock.now
  const calls = { reads: 0, writes: 0 }
  const counting: Http = request => {
    calls[request.method === 'GET' ? 'reads' : 'writes'] += 1
    return http(request)
  }
  const kind = kinds.find(({ name }) => name === 'wacht') as (typeof kinds)[number]
  const target = kind.connect(base, { WACHT_DIALECT: dialect })
  const through: Breaker['run'] = (_, call) => call()
  const breaker: Breaker = {
    ...{ openFor: () => 0, blocked: () => undefined, throttledAlone: () => false, turnMs: () => 0 },
    ...{ run: through, list: through },
  }
  const consume = createConsumer({
    parse: createEventParser(kinds, {}),
    ledger: ledger.store,
    queues: {
      sendDeadLetter: () => Promise.reject(new Error('nothing dies in this bench')),
      enqueue: () => Promise.reject(new Error('nobody is named in this bench')),
      delay: async all => {
        for (const { message, seconds } of all) delays.set(message.id, clock.now + seconds * 1000)
      },
    },
    targets: new Map([['wacht', { target, breaker, http: () => counting }]]),
    telemetry: {
      ...silent,
      trouble: (what, error) => {
        throw new Error(what, { cause: error })
      },
    },
    ...{ rules, now, random: Math.random, newHolder: () => crypto.randomUUID() },
    ...noPeople,
  })
  return {
    ledger: ledger.counts,
    calls,
    clock,
    delays,
    consume: (batch: Message[]) => consume(batch, now() + 60_000),
  }
}

/** Answers a write at once, as dialect `role_id` does. */
export const proving: Http = async ({ body }) => ({ kind: 'answered', status: 200, json: body })
