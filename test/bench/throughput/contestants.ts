/** Who is measured: a handler, or what polls by itself. */
export interface Contestant {
  readonly name: string
  /** The module that exports `handler`, or `consume` for a poller, from the folder of the bench. */
  readonly module: string
  readonly poller?: true
  /** Whether it keeps what it did in a service: a table, or an execution's state. */
  readonly ledger: boolean
  /** Events in one sample. */
  readonly events: number
}

/** In the order of the table; each group is compared within itself. */
export const contestants: readonly Contestant[] = [
  {
    name: 'role-sync with its ledger',
    module: '../../functions/sync/sync-handler.ts',
    ...{ ledger: true, events: 300 },
  },
  {
    name: 'durable functions, one step a write, fetch',
    module: 'peers/durable-here.ts',
    ...{ ledger: true, events: 300 },
  },
  {
    name: 'Powertools batch, idempotency, fetch',
    module: 'peers/powertools-idempotent.ts',
    ...{ ledger: true, events: 300 },
  },
  { name: 'role-sync, ledger in memory', module: 'ours/without-ledger.ts', ledger: false, events: 1500 },
  { name: 'Powertools batch, fetch', module: 'peers/powertools.ts', ledger: false, events: 1500 },
  { name: 'middy, ofetch', module: 'peers/middy.ts', ledger: false, events: 1500 },
  {
    name: 'sqs-consumer, axios (polls)',
    module: 'peers/sqs-consumer.ts',
    poller: true,
    ...{ ledger: false, events: 1500 },
  },
  { name: 'bare undici: the limit', module: 'peers/undici.ts', ledger: false, events: 1500 },
]
