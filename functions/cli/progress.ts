import { Presets, SingleBar } from 'cli-progress'
import { note } from './output.ts'
import type { World } from './world.ts'

/** What is shown beside the bar. */
export type Counts = Readonly<Record<'sent' | 'refused', number>>

/** How far a long work has come, on a terminal; on anything else it shows nothing. */
export interface Progress {
  /** `done` is in the units of the total. */
  readonly update: (done: number, counts: Counts) => void
  /** A line on standard error, above the bar. */
  readonly note: (text: string) => Promise<void>
  /** Leaves the last state standing and gives the terminal back. */
  readonly stop: () => void
}

/** Starts the bar; without a total (standard input) it only counts. */
export function startProgress(world: World, label: string, total: number | undefined): Progress {
  const { stderr } = world
  if (!stderr.isTTY)
    return { update: () => undefined, note: text => note(world, text), stop: () => undefined }

  const counts = '{sent} sent, {refused} refused'
  const format = total === undefined ? `${label} | ${counts}` : `${label} {bar} {percentage}% | ${counts}`
  const bar = new SingleBar(
    { format, stream: stderr, forceRedraw: true, hideCursor: true, gracefulExit: false },
    Presets.shades_classic,
  )
  bar.start(total ?? 0, 0, { sent: 0, refused: 0 })
  return {
    update: (done, payload) => bar.update(done, payload),
    note: text => {
      stderr.write('\r\u001b[K')
      return note(world, text)
    },
    stop: () => bar.stop(),
  }
}
