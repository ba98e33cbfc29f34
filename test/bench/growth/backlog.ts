import { interleaved, median, ratio } from '../measure.ts'
import { memoryWorld, messageOf, proving } from './world.ts'

const sizes = [1000, 10_000, 100_000]

/** What one event costs as the backlog grows: batches of ten, one after the other, each change of another member. */
export async function backlog(rounds: number) {
  const samples = await interleaved(sizes, rounds, async size => {
    const { consume } = memoryWorld(proving)
    let ms = 0
    for (let first = 1; first <= size; first += 10) {
      const batch = Array.from({ length: 10 }, (_, index) => messageOf(first + index))
      const start = performance.now()
      const failed = await consume(batch)
      ms += performance.now() - start
      if (failed.length > 0) throw new Error(`${failed.length} changes were not applied`)
    }
    return (ms / size) * 1000
  })
  const of = (size: number) => samples.get(size) as number[]
  return sizes.map(size => ({
    growth: `backlog of ${size}`,
    measure: 'µs/event',
    value: Math.round(median(of(size))),
    'to the smallest': Number(ratio(of(size), of(sizes[0] as number)).toFixed(2)),
  }))
}
