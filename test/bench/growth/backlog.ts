import { messageOf } from '../events.ts'
import { interleaved, median, ratio } from '../measure.ts'
import { memoryWorld, proving } from './world.ts'

const usualSizes = [1000, 10_000, 100_000]

/**
 * What the ledger keeps. No event asks for an entry of an older batch. In AWS the ledger is not in the function's memory: all entries
 * in this heap would be collected again and again, and the bench would measure that.
 */
const mostEntries = 100

/**
 * What one event costs as the backlog grows, in microseconds of CPU: batches of ten, one after the other, each change of another
 * member. In each round the backlogs take turns with so many events as the smallest has; a backlog that is drained begins anew.
 */
export async function backlog(drains: number, sizes = usualSizes) {
  const [smallest, largest] = [Math.min(...sizes), Math.max(...sizes)]
  const backlogs = sizes.map(createBacklog)
  const rounds = (drains * largest) / smallest
  const samples = await interleaved(backlogs, rounds, ({ drain }) => drain(smallest))
  const of = (index: number) => samples.get(backlogs[index] as Backlog) as number[]
  return sizes.map((size, index) => ({
    growth: `backlog of ${size}`,
    measure: 'CPU µs/event',
    value: Math.round(median(of(index))),
    'to the smallest': Number(ratio(of(index), of(0)).toFixed(2)),
  }))
}

type Backlog = ReturnType<typeof createBacklog>

/** A backlog of so many events. */
function createBacklog(size: number) {
  let world = memoryWorld(proving, { mostEntries })
  let next = 0
  return {
    /** Drains so many of its events, and resolves to the CPU time for each, in microseconds. */
    drain: async (events: number): Promise<number> => {
      if (next >= size) {
        world = memoryWorld(proving, { mostEntries })
        next = 0
      }
      const batches = Array.from({ length: events / 10 }, () =>
        Array.from({ length: 10 }, () => messageOf(next++)),
      )
      const before = process.threadCpuUsage()
      for (const batch of batches) {
        const failed = await world.consume(batch)
        if (failed.length > 0) throw new Error(`${failed.length} changes were not applied`)
      }
      const { user, system } = process.threadCpuUsage(before)
      return (user + system) / events
    },
  }
}
