import { MultiBar } from 'cli-progress'

/** Shows the progress of a run on standard error. */
export interface Progress {
  /** Takes the number of settled messages, and of all. */
  settled(count: number, total: number): void
  note(text: string): void
  stop(): void
}

/** A bar on a terminal, plain lines elsewhere; `total` is the expected number of messages. */
export function startProgress(stream: NodeJS.WriteStream, total: number): Progress {
  return stream.isTTY ? bar(stream, total) : plain(stream)
}

/** Shows notes alone, before and after the work. */
export const notesOnly = (stream: NodeJS.WritableStream): Progress => plain(stream)

function bar(stream: NodeJS.WriteStream, total: number): Progress {
  const format = '{bar} {value} of {total} settled, {duration_formatted}'
  const bars = new MultiBar({ stream, format, gracefulExit: false }) // Ctrl-C is the runner's
  const shown = bars.create(total, 0)
  return {
    settled: (count, of) => {
      shown.setTotal(of)
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

function plain(stream: NodeJS.WritableStream): Progress {
  let last = 0
  return {
    settled: (count, total) => {
      const now = Date.now()
      if (now - last < everyMs && count !== total) return
      last = now
      stream.write(`${count} of ${total} settled\n`)
    },
    note: text => stream.write(`${text}\n`),
    stop: () => {},
  }
}
