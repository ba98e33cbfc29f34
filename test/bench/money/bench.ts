import { namesOf } from '../../../functions/core/resource-names.ts'
import { type Child, startChild } from '../child.ts'
import { interleaved, median, ratio } from '../measure.ts'
import type { Section } from '../section.ts'
import { startServices } from '../services/services.ts'
import type { Sample } from '../throughput/bench.ts'
import { billOf, type Use } from './bill.ts'
import { pricesOf } from './prices.ts'

/** How long the target takes for an answer, in milliseconds: what a call over the internet does. */
const targetMs = 50

/** Changes of one sample, in batches of ten, one after the other. */
const changes = 50

/** Which changes: each of a member of its own, or one more of members that this instance knows. */
const cases: readonly Contestant[] = [
  {
    name: 'role-sync, members new to the ledger',
    module: '../../functions/sync/sync-handler.ts',
    again: false,
  },
  { name: 'role-sync, members it wrote before', module: '../../functions/sync/sync-handler.ts', again: true },
  {
    name: 'role-sync with its history, members new to the ledger',
    ...{ module: '../../functions/sync/sync-handler.ts', again: false, historyWrites: 3 },
  },
  {
    name: 'role-sync with its history, members it wrote before',
    ...{ module: '../../functions/sync/sync-handler.ts', again: true, historyWrites: 4 },
  },
  {
    name: 'Powertools batch, idempotency, fetch',
    module: 'peers/powertools-idempotent.ts',
    again: false,
  },
]

interface Contestant {
  readonly name: string
  readonly module: string
  readonly again: boolean
  /** Write units for the history of one change: its item, its entries in two indices, and the item of the proof that it replaces. */
  readonly historyWrites?: number
}

/** Dollars per million changes, from billed time and requests that were measured. */
export async function money(rounds: number): Promise<Section> {
  const services = await startServices()
  const children = new Map<Contestant, Child & { bytes: number }>()
  try {
    await services.delay(targetMs)
    for (const one of cases)
      children.set(one, counted(one.module, { ...services.environment, ...(one.historyWrites && history) }))
    let first = 1
    const samples = await interleaved(cases, rounds, async one => {
      const child = children.get(one) as Child & { bytes: number }
      first += changes
      const run = { first, count: changes, batches: 1, ...(one.again && { members: 1 }) }
      await services.counts()
      child.bytes = 0
      const { durations } = await child.ask<Sample>(run)
      return useOf(durations, child.bytes, await services.counts(), one.historyWrites)
    })
    return {
      title: 'Money: US dollars per million changes',
      note: `prices of us-east-1 as reported ${pricesOf} (prices.ts names each report); 512 MiB arm64, batches of ten, a target that answers in ${targetMs} ms; medians of ${rounds}`,
      rows: cases.map(one => rowOf(one, samples)),
    }
  } finally {
    await Promise.all([...children.values()].map(child => child.stop()))
    await services.stop()
  }
}

/** A contestant whose log lines are counted, in bytes. */
function counted(module: string, env: Readonly<Record<string, string>>) {
  const child = Object.assign(startChild('throughput/process.ts', [module], env, 'pipe'), { bytes: 0 })
  child.process.stdout?.on('data', (chunk: Buffer) => {
    child.bytes += chunk.length
  })
  return child
}

/** What lets the function write a history. */
const history = { HISTORY_TABLE: namesOf('bench').historyTable, HISTORY_DAYS: '400' }

function useOf(
  durations: readonly number[],
  bytes: number,
  counts: Readonly<Record<string, number>>,
  historyWrites = 0,
): Use {
  const per = (...operations: string[]) =>
    operations.reduce((sum, operation) => sum + (counts[operation] ?? 0), 0) / changes
  return {
    billedMs: Math.ceil(median(durations)),
    changesPerInvocation: changes / durations.length,
    // The items of a `BatchWriteItem` are counted by `historyWrites`.
    writesPerChange: per('PutItem', 'UpdateItem', 'DeleteItem') + historyWrites,
    readsPerChange: per('GetItem'),
    logBytesPerChange: bytes / changes,
  }
}

function rowOf(one: Contestant, samples: ReadonlyMap<Contestant, readonly Use[]>) {
  const middle = (of: Contestant, pick: (use: Use) => number) => median((samples.get(of) as Use[]).map(pick))
  const totals = (of: Contestant) => (samples.get(of) as Use[]).map(use => billOf(use).total)
  const dollars = (pick: keyof ReturnType<typeof billOf>) =>
    Number(middle(one, use => billOf(use)[pick]).toFixed(2))
  return {
    what: one.name,
    'billed ms': middle(one, use => use.billedMs),
    'writes/change': middle(one, use => use.writesPerChange),
    'reads/change': middle(one, use => use.readsPerChange),
    'log B/change': Math.round(middle(one, use => use.logBytesPerChange)),
    Lambda: dollars('Lambda'),
    SQS: dollars('SQS'),
    DynamoDB: dollars('DynamoDB'),
    Logs: dollars('Logs'),
    total: dollars('total'),
    'ratio to the last': Number(ratio(totals(one), totals(cases.at(-1) as Contestant)).toFixed(2)),
  }
}
