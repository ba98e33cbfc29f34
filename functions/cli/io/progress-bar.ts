import { MultiBar, Presets } from 'cli-progress'
import { printable } from '../../core/printable.ts'
import type { CliWorld } from './cli-world.ts'
import { note } from './output.ts'

/** The counts beside the bar, in this order: `12 sent, 0 refused`. */
export type Counts = Readonly<Record<string, number>>

/** A progress bar on a terminal. Without a terminal it shows nothing. */
export interface ProgressBar {
  /** `done` is in units of the total. The total grows if needed: SQS gives only an estimate. */
  readonly update: (done: number, counts: Counts) => void
  /** Writes a line to standard error, above the bar. */
  readonly note: (text: string) => Promise<void>
  /** Ends the bar. `note` still works after that. */
  readonly stop: () => void
}

/** Starts the bar. Without a total (standard input) it only counts. */
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
  // Only a MultiBar can print lines above a bar. `gracefulExit: false`: main.ts handles Ctrl-C.
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
      bars.update() // prints the latest notes
      bars.stop()
    },
  }
}

const countWordsOf = (counts: Counts): string =>
  Object.entries(counts)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ')
