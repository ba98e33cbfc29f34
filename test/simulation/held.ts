import type { LedgerStore } from '../../functions/core/ports.ts'
import type { Breaker } from '../../functions/sync/breaker.ts'
import type { Clock } from './clock.ts'
import type { Held, Scenario } from './scenario.ts'

/** How long a target is to be left alone, as often as it is asked, in milliseconds. */
const restMs = 60_000

/** What keeps every message from an attempt of its own, from the moment that the scenario says. */
export function createHolder({ held, rules }: Scenario, clock: Clock) {
  const start = clock.now()
  const holds = (by: Held['by']) => held?.by === by && clock.now() - start >= held.from
  const failing = async <T>(call: () => Promise<T>): Promise<T> => {
    if (holds('ledger')) throw new Error('the ledger is not there')
    return call()
  }
  return {
    breaker: (breaker: Breaker): Breaker => ({
      ...breaker,
      blocked: (...asked) => {
        const cause = (['breaker_open', 'resting'] as const).find(holds)
        return cause ? { cause, forMs: restMs } : breaker.blocked(...asked)
      },
    }),
    ledger: ({ read, write }: LedgerStore): LedgerStore => ({
      read: member => failing(() => read(member)),
      write: entry => failing(() => write(entry)),
    }),
    /** When an invocation that begins now must be over. */
    end: (now: number, end: number): number => (holds('no_time') ? now + rules.closingMs : end),
  }
}

/** What holds messages in a run. */
export type Holder = ReturnType<typeof createHolder>
