import { MultiBar } from 'cli-progress'

/** Shows on standard error how far a run is. */
export interface Progress {
  /** So many messages of the run are settled. */
  settled(count: number): void
  /** Something else to tell. */
  note(text: string): void
  stop(): void
}

/** A bar on a terminal, plain lines otherwise; `total` is how many messages there are at the beginning. */
export function startProgress(stream: NodeJS.WriteStream, total: number): Progress {
  return stream.isTTY ? bar(stream, total) : plain(stream, total)
}

/** Before and after the work there is nothing to count. */
export const notesOnly = (stream: NodeJS.WritableStream): Progress => plain(stream, 0)

function bar(stream: NodeJS.WriteStream, total: number): Progress {
  const format = '{bar} {value} of {total} settled, {duration_formatted}'
  const bars = new MultiBar({ stream, format, gracefulExit: false }) // Ctrl-C is the runner's
  const shown = bars.create(total, 0)
  return {
    settled: count => {
      shown.setTotal(Math.max(total, count))
      shown.update(count)
    },
    note: text => bars.log(`${text}\n`),
    stop: () => {
      bars.update() // what was told since the last frame
      bars.stop()
    },
  }
}

/** The fewest ms between two lines that only count. */
const everyMs = 1000

function plain(stream: NodeJS.WritableStream, total: number): Progress {
  let last = 0
  return {
    settled: count => {
      const now = Date.now()
      if (now - last < everyMs && count !== total) return
      last = now
      stream.write(`${count} of ${Math.max(total, count)} settled\n`)
    },
    note: text => stream.write(`${text}\n`),
    stop: () => {},
  }
}
