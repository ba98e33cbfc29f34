import type { RetryCause } from '../../functions/core/outcome/verdict.ts'
import { effects, entryOf } from './entries.ts'
import { bodyOf, noon, personData } from './events.ts'
import { change, type fakeWorld, memberName, type WorldOptions } from './world.ts'

type Fake = ReturnType<typeof fakeWorld>

/** One way in which a message goes again, whatever its age: the body, and what the world is like. */
export interface Wait {
  readonly cause: RetryCause
  readonly options?: WorldOptions
  readonly body?: string
  readonly prepare?: (fake: Fake) => void
  /** The body of a newer message of the same batch, where the message waits behind one. */
  readonly newer?: string
  /** How long the invocation has, in milliseconds; a minute unless it is said. */
  readonly withinMs?: number
}

const other = { roleId: '1' }
const entry = (fields: object) => (fake: Fake) =>
  void fake.state.entries.set(memberName(), entryOf({ member: memberName(), ...fields }))
const blocked = (cause: 'breaker_open' | 'resting') => (fake: Fake) => {
  const link = fake.world.targets.get('wacht')
  if (link) Object.assign(link.breaker, { blocked: () => ({ cause, forMs: 2000 }) })
}

/** A way for each cause that a message of any age can have. */
export const waits: readonly Wait[] = [
  {
    cause: 'busy',
    prepare: entry({ lease: { holder: 'x', until: noon + 60_000, event: 'e9', desired: other } }),
  },
  { cause: 'unanswered_write', prepare: entry({ unanswered: { until: noon + 2000, desired: other } }) },
  { cause: 'breaker_open', prepare: blocked('breaker_open') },
  { cause: 'resting', prepare: blocked('resting') },
  { cause: 'no_time', withinMs: 19_000 },
  { cause: 'behind_newer', newer: change(2), prepare: blocked('resting') },
  { cause: 'throttled', options: { effects: [effects.deferred] } },
  { cause: 'server_error', options: { effects: [effects.answered] } },
  { cause: 'timeout', options: { effects: [effects.unanswered] } },
  { cause: 'ledger_unavailable', prepare: ({ state }) => void state.ledgerFaults.push(...down) },
  {
    cause: 'lease_lost',
    prepare: ({ state }) => {
      state.meanwhile = () => void state.entries.set(memberName(), entryOf({ member: memberName() }))
    },
  },
  { cause: 'internal_error', options: { effects: [new Error('a bug')] } },
  {
    cause: 'enqueue_failed',
    body: bodyOf({ data: personData }),
    prepare: ({ state }) => {
      const email = 'jane.doe@example.com'
      state.pages.set('7301954381230018561', [{ ok: true, listed: [{ member: memberName(), email }] }])
      state.enqueueFails = true
    },
  },
  {
    cause: 'not_now',
    body: bodyOf({ data: personData }),
    prepare: ({ state }) => {
      const effect = { kind: 'deferred', cause: 'not_now', detail: '409' } as const
      state.pages.set('7301954381230018561', [{ ok: false, effect }])
    },
  },
]

const down = Array<'fails'>(20).fill('fails')
