import { MultiBar, Presets } from 'cli-progress'
import type { CliWorld } from './cli-world.ts'
import { note, printable } from './output.ts'

/** What is shown beside the bar, in this order: `12 sent, 0 refused`. */
export type Counts = Readonly<Record<string, number>>

/** How far a long work has come, on a terminal; on anything else it shows nothing. */
export interface ProgressBar {
  /** `done` is in the units of the total, which grows with it: what SQS says of a queue's length is approximate. */
  readonly update: (done: number, counts: Counts) => void
  /** A line on standard error, above the bar. */
  readonly note: (text: string) => Promise<void>
  /** Leaves the last state standing and gives the terminal back; notes go on. */
  readonly stop: () => void
}

/** Starts the bar; without a total (standard input) it only counts. */
export function startProgress(
  world: CliWorld,
  label: string,
  total: number | undefined,
  beginning: Counts = { sent: 0, refused: 0 },
): ProgressBar {
  const { stderr } = world
  const plain = (text: string) => note(world, text)
  if (!stderr.isTTY) return { update: () => undefined, note: plain, stop: () => undefined }

  const format = total === undefined ? `${label} | {counts}` : `${label} {bar} {percentage}% | {counts}`
  // One bar, yet a MultiBar: it alone can print lines above it. Ctrl-C is ours to hear.
  const bars = new MultiBar(
    { format, stream: stderr, barsize: 20, hideCursor: true, gracefulExit: false },
    Presets.shades_classic,
  )
  const bar = bars.create(total ?? 0, 0, { counts: countWordsOf(beginning) })
  let running = true
  return {
    update: (done, counts) => {
      if (total !== undefined && done > bar.getTotal()) bar.setTotal(done)
      bar.update(done, { counts: countWordsOf(counts) })
    },
    note: async text => {
      if (!running) return plain(text)
      bars.log(`${printable(text)}\n`)
    },
    stop: () => {
      running = false
      bars.update() // what was noted last is still waiting for the next drawing
      bars.stop()
    },
  }
}

const countWordsOf = (counts: Counts): string =>
  Object.entries(counts)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ')
