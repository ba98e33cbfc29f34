import { calm, type Held, of, rules, type Scenario } from './scenario.ts'

const hour = 3_600_000

/** Changes of so many members while no call to the target is answered for 72 hours: each message waits, and none for ever. */
const hanging = (members: number, changes: number): Partial<Scenario> => ({
  ...{ members, changes, window: hour, late: 0, repeated: 0, malformed: 0, faults: calm },
  outages: [{ from: 0, to: rules.giveUpMs, answers: 'nothing' }],
})

/** With production's numbers: no message is tried any more until SQS would drop it. */
const held = (by: Held['by']): Partial<Scenario> => ({
  ...{ members: 2, changes: 2, late: 0, held: { from: hour / 12, by } },
  faults: { ...calm, timeout: 0.5, serverError: 1 },
})

/** Scenarios that take long, thousands of deliveries each: they are run by name alone. */
export const patience: readonly Scenario[] = [
  of('hanging-12', hanging(1, 12)),
  of('hanging-40', hanging(1, 40)),
  of('hanging-200', hanging(1, 200)),
  of('hanging-all', hanging(2, 100)),
  ...(['breaker_open', 'resting', 'no_time', 'ledger'] as const).map(by =>
    of(`held-13-days-${by}`, held(by)),
  ),
]
