import { startChild } from '../child.ts'
import { median } from '../measure.ts'
import type { Section } from '../section.ts'
import { startServices } from '../services/services.ts'
import type { Sample } from '../throughput/bench.ts'

/** The soak is measured in so many pieces. */
const pieces = 100

/** The members, who have changes again and again: the ledger stays as large as it is. */
const members = 10_000

/** How many batches are in work at once. */
const batches = 4

/** Settles so many events, a multiple of a thousand, in one process, and compares each tenth of them with the first. */
export async function soak(events: number): Promise<Section> {
  const services = await startServices()
  const child = startChild('throughput/process.ts', ['ours/without-ledger.ts'], services.environment)
  try {
    const count = events / pieces
    const samples: Sample[] = []
    for (let first = 1; first <= events; first += count) {
      samples.push(
        await child.ask<Sample>({ first, count, members: first % members, batches, collect: true }),
      )
    }
    return {
      title: `Soak: ${events} events of ${members} members in one process of the sync function`,
      note: `${batches} batches of ten at once, the ledger in the memory of the process, the target over HTTP in another; memory after all garbage is collected; medians of the pieces of each tenth; goal: the last within 5 % of the first`,
      rows: Array.from({ length: 10 }, (_, tenth) => rowOf(tenth, samples)),
    }
  } finally {
    await child.stop()
    await services.stop()
  }
}

function rowOf(tenth: number, samples: readonly Sample[]) {
  const size = samples.length / 10
  const middle = (of: number, pick: (sample: Sample) => number) =>
    median(samples.slice(of * size, (of + 1) * size).map(pick))
  const value = (pick: (sample: Sample) => number, unit = 1) => Math.round(middle(tenth, pick) / unit)
  const toFirst = (pick: (sample: Sample) => number) =>
    Number((middle(tenth, pick) / middle(0, pick)).toFixed(2))
  const megabyte = 1e6
  return {
    tenth: tenth + 1,
    'events/s': value(sample => sample.perSecond),
    'to the first': toFirst(sample => sample.perSecond),
    'CPU µs/event': value(sample => sample.cpuMicros),
    'CPU to the first': toFirst(sample => sample.cpuMicros),
    'heap, MB': value(sample => sample.heapBytes, megabyte),
    'heap to the first': toFirst(sample => sample.heapBytes),
    'RSS, MB': value(sample => sample.rssBytes, megabyte),
    'RSS to the first': toFirst(sample => sample.rssBytes),
  }
}
