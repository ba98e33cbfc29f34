import { MultiBar } from 'cli-progress'

/** Shows the progress of a run on standard error. */
export interface Progress {
  /** Takes the number of settled messages. */
  settled(count: number): void
  note(text: string): void
  stop(): void
}

/** A bar on a terminal, plain lines elsewhere; `total` is the number of messages at the beginning. */
export function startProgress(stream: NodeJS.WriteStream, total: number): Progress {
  return stream.isTTY ? bar(stream, total) : plain(stream, total)
}

/** Shows notes alone, before and after the work. */
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
      bars.update() // prints the latest notes
      bars.stop()
    },
  }
}

/** The least time between two lines of progress, in milliseconds. */
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
