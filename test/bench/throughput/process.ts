import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda'
import { batchesOf, contextOf } from '../events.ts'
import type { Sample } from './bench.ts'

/** One contestant in its process: settles so many changes in so many batches at once, each time it is told to. */

type Handler = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>
interface Run {
  readonly first: number
  readonly count: number
  /** The first member, where it is not the change's own. */
  readonly members?: number
  readonly batches: number
  readonly poll?: boolean
  /** Collects all garbage before memory is measured. */
  readonly collect?: boolean
}

const module = (await import(join(import.meta.dirname, '..', process.argv[2] as string))) as {
  handler: Handler
  consume: (queueUrl: string, count: number, consumers: number) => Promise<void>
}

/** Each worker takes the next batch as soon as it is through with one, as Lambda's instances do. */
async function invokeAll(events: readonly SQSEvent[], workers: number): Promise<number[]> {
  const left = [...events].reverse()
  const durations: number[] = []
  const work = async () => {
    for (let event = left.pop(); event; event = left.pop()) {
      const start = performance.now()
      const { batchItemFailures } = await module.handler(event, contextOf())
      durations.push(performance.now() - start)
      if (batchItemFailures.length > 0) throw new Error(`${batchItemFailures.length} records failed`)
    }
  }
  await Promise.all(Array.from({ length: workers }, work))
  return durations
}

/** V8's own collector, which is found only with the flag. */
const collectGarbage = (): void => {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
}

async function sample({ first, count, members, batches, poll, collect }: Run): Promise<Sample> {
  const events = poll ? [] : batchesOf(first, count, members)
  const cpu = process.cpuUsage()
  const start = performance.now()
  const durations = poll
    ? await module.consume(process.env.CHANGES_QUEUE_URL as string, count, batches).then(() => [])
    : await invokeAll(events, batches)
  const ms = performance.now() - start
  const { user, system } = process.cpuUsage(cpu)
  if (collect) collectGarbage()
  const { heapUsed: heapBytes, rss: rssBytes } = process.memoryUsage()
  return {
    perSecond: (count / ms) * 1000,
    cpuMicros: (user + system) / count,
    durations,
    heapBytes,
    rssBytes,
  }
}

process.on('message', (run: Run) =>
  sample(run).then(
    answer => process.send?.({ answer }),
    (error: Error) => process.send?.({ error: error.stack }),
  ),
)
process.on('disconnect', () => process.exit())
