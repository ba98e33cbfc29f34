/** `npm start` runs the whole path on this machine; `npm start -- --help` lists the options. */

import { run } from './run/local-run.ts'
import { portsAfter, readOptions } from './run/run-options.ts'

const read = readOptions(process.argv.slice(2), process.env)
if (!read.ok) {
  ;(read.exitCode === 0 ? process.stdout : process.stderr).write(read.text)
  process.exit(read.exitCode)
}

const interruption = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // A second signal does not wait for running invocations.
    if (interruption.signal.aborted) process.exit(1)
    interruption.abort()
  })
}
// The reader of the output is gone.
process.stdout.on('error', () => interruption.abort())

try {
  process.exitCode = await run(read.options, process, interruption.signal)
} catch (error) {
  process.stderr.write(`error: ${describe(error)}\n`)
  process.exitCode = 1
}

function describe(error: unknown): string {
  const { code, message, port, path } = error as NodeJS.ErrnoException & { port?: number }
  if (code === 'EADDRINUSE') {
    return `port ${port} is in use. A run uses the port of --port and the ${portsAfter} ports after it. Choose another one: --port N, or --port 0 for any free ports`
  }
  if (code === 'ENOENT') return `${path} does not exist`
  return message
}
