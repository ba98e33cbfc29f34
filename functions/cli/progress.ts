import { MultiBar, Presets } from 'cli-progress'
import { note, printable } from './output.ts'
import type { World } from './world.ts'

/** What is shown beside the bar. */
export type Counts = Readonly<Record<'sent' | 'refused', number>>

/** How far a long work has come, on a terminal; on anything else it shows nothing. */
export interface Progress {
  /** `done` is in the units of the total. */
  readonly update: (done: number, counts: Counts) => void
  /** A line on standard error, above the bar. */
  readonly note: (text: string) => Promise<void>
  /** Leaves the last state standing and gives the terminal back; notes go on. */
  readonly stop: () => void
}

/** Starts the bar; without a total (standard input) it only counts. */
export function startProgress(world: World, label: string, total: number | undefined): Progress {
  const { stderr } = world
  const plain = (text: string) => note(world, text)
  if (!stderr.isTTY) return { update: () => undefined, note: plain, stop: () => undefined }

  const counts = '{sent} sent, {refused} refused'
  const format = total === undefined ? `${label} | ${counts}` : `${label} {bar} {percentage}% | ${counts}`
  // One bar, yet a MultiBar: it alone can print lines above it. Ctrl-C is ours to hear.
  const bars = new MultiBar(
    { format, stream: stderr, barsize: 20, hideCursor: true, gracefulExit: false },
    Presets.shades_classic,
  )
  const bar = bars.create(total ?? 0, 0, { sent: 0, refused: 0 })
  let running = true
  return {
    update: (done, payload) => bar.update(done, payload),
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
