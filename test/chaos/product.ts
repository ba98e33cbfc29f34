import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Strike, Struck } from './workers/protocol.ts'

const root = join(import.meta.dirname, '../..')

/** A JSON line of standard output and when it came, in milliseconds since 1970. */
export interface Line {
  readonly at: number
  readonly json: Readonly<Record<string, unknown>>
}

/** One process of the product. */
export interface Product {
  readonly lines: readonly Line[]
  /** All that it wrote, on both streams. */
  readonly output: string
  readonly exited: Promise<number | null>
  readonly hasExited: boolean
  /** Called with each line as it comes. */
  onLine: (line: Line) => void
  signal(signal: NodeJS.Signals): void
  /** Has workers of its functions struck; `onStruck` is called when it is done, and when an invocation timed out. */
  strike(strike: Strike): void
  onStruck: (struck: Struck) => void
}

/** Starts `npm start` as a user does, in a process of its own, with JSON lines; its workers can be struck. */
export function startProduct(args: readonly string[], env: Readonly<Record<string, string>>): Product {
  const child = spawn(process.execPath, ['test/chaos/workers/entry.ts', '--json', '--port', '0', ...args], {
    cwd: root,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const lines: Line[] = []
  const written: string[] = []
  let hasExited = false
  const product: Product = {
    lines,
    get output() {
      return written.join('')
    },
    exited: new Promise(resolve =>
      child.on('close', code => {
        hasExited = true
        resolve(code)
      }),
    ),
    get hasExited() {
      return hasExited
    },
    onLine: () => undefined,
    signal: signal => void child.kill(signal),
    // Whoever is gone by now is not struck.
    strike: strike => void child.send(strike, () => undefined),
    onStruck: () => undefined,
  }
  child.on('message', struck => product.onStruck(struck as Struck))
  child.stderr!.setEncoding('utf8').on('data', text => written.push(text))
  createInterface(child.stdout!).on('line', text => {
    written.push(`${text}\n`)
    const line = { at: Date.now(), json: parse(text) }
    lines.push(line)
    product.onLine(line)
  })
  return product
}

function parse(text: string): Line['json'] {
  try {
    return JSON.parse(text)
  } catch {
    return { text }
  }
}
