import { type Child, startChild } from '../child.ts'
import { interleaved, median, ratio } from '../measure.ts'
import type { Section } from '../section.ts'
import { type Services, startServices } from '../services/services.ts'
import { type Contestant, contestants } from './contestants.ts'

/** One sample of one contestant. */
export interface Sample {
  readonly perSecond: number
  /** CPU time of its process per event, in microseconds. */
  readonly cpuMicros: number
  /** How long each invocation took, in milliseconds. */
  readonly durations: readonly number[]
  /** What the process holds at its end: used heap and resident set, in bytes. */
  readonly heapBytes: number
  readonly rssBytes: number
}

const started = new Map<Contestant, Child>()

/**
 * Events per second and CPU per event of the handlers whose name begins with one of `names`, at 10 and 100 events in flight (1 and 10
 * batches at once).
 */
export async function throughput(rounds: number, names: readonly string[]): Promise<Section> {
  const chosen = contestants.filter(({ name }) => names.some(begin => name.startsWith(begin)))
  const services = await startServices()
  try {
    for (const one of chosen) {
      started.set(one, startChild('throughput/process.ts', [one.module], services.environment))
    }
    const rows = []
    for (const batches of [1, 10]) rows.push(...(await race(services, chosen, batches, rounds)))
    return {
      title: 'Throughput of the handler',
      note: `medians of ${rounds} interleaved rounds; ratio: events per second to the named one, median of the rounds' quotients`,
      rows,
    }
  } finally {
    await Promise.all([...started.values()].map(child => child.stop()))
    await services.stop()
  }
}

let changes = 1

async function race(services: Services, chosen: readonly Contestant[], batches: number, rounds: number) {
  const samples = await interleaved(chosen, rounds, async one => {
    const first = changes
    changes += one.events
    if (one.poller) await services.enqueue(one.events, first)
    const run = { first, count: one.events, batches, poll: one.poller === true }
    return (started.get(one) as Child).ask<Sample>(run)
  })
  const of = (one: Contestant) => samples.get(one) as Sample[]
  const speed = (one: Contestant) => of(one).map(sample => sample.perSecond)
  const cpu = (one: Contestant) => of(one).map(sample => sample.cpuMicros)
  return chosen.map(one => {
    const rival = chosen.findLast(({ ledger }) => ledger === one.ledger) as Contestant
    return {
      'in flight': batches * 10,
      handler: one.name,
      'events/s': Math.round(median(speed(one))),
      ratio: round(ratio(speed(one), speed(rival))),
      to: rival === one ? '–' : rival.name,
      'CPU µs/event': Math.round(median(cpu(one))),
      'CPU ratio': round(ratio(cpu(one), cpu(rival))),
    }
  })
}

const round = (value: number) => Math.round(value * 100) / 100
