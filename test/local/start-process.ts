import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const thisProject = join(import.meta.dirname, '../..')

/** A JSON line of standard output. */
export type Line = Readonly<Record<string, unknown>>

/** `npm start` in a process of its own. */
export interface StartProcess {
  /** What standard output held so far, line by line; a line that is not JSON is there as `{ text }`. */
  readonly lines: readonly Line[]
  readonly stderr: string
  readonly exited: Promise<number | null>
  /** Resolves with the first line, now or later, for which `seen` holds; rejects when the process ends without it. */
  until(seen: (line: Line) => boolean): Promise<Line>
  /** Resolves with `exited`. */
  kill(signal: NodeJS.Signals): Promise<number | null>
}

/** What no slow machine misses; a test that waits for these times sets shorter ones. */
const patient = ['-c', 'functionTimeoutSeconds=60', '-c', 'requestTimeoutSeconds=20']

/** How a process starts. */
interface StartOptions {
  readonly env?: Record<string, string>
  readonly input?: string
  /** The folder of the project, this one unless given. */
  readonly root?: string
  /** Whether it writes JSON lines, as it does unless it is said; else it writes for people. */
  readonly json?: boolean
}

/** Starts it on free ports. */
export function startProcess(
  args: readonly string[],
  { env = {}, input = '', root = thisProject, json = true }: StartOptions = {},
): StartProcess {
  const child = spawn(
    process.execPath,
    ['infra/local/start.ts', ...(json ? ['--json'] : []), '--port', '0', ...patient, ...args],
    {
      cwd: root,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    },
  )
  child.stdin.end(input)
  const lines: Line[] = []
  const watchers = new Set<(line: Line) => void>()
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', text => {
    stderr += text
  })
  createInterface(child.stdout).on('line', text => {
    const line = parse(text)
    lines.push(line)
    for (const watch of watchers) watch(line)
  })
  const exited = new Promise<number | null>(resolve => child.on('close', resolve))
  return {
    lines,
    get stderr() {
      return stderr
    },
    exited,
    until: seen =>
      new Promise((resolve, reject) => {
        const found = lines.find(seen)
        if (found) return resolve(found)
        watchers.add(line => seen(line) && resolve(line))
        exited.then(code => reject(new Error(`ended with ${code}: ${stderr}`)))
      }),
    kill: signal => {
      child.kill(signal)
      return exited
    },
  }
}

function parse(text: string): Line {
  try {
    return JSON.parse(text) as Line
  } catch {
    return { text }
  }
}
