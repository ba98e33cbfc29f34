import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { spawn } from '@lydell/node-pty'

const root = join(import.meta.dirname, '../..')

/** A program on a pseudo-terminal. */
export interface OnTerminal {
  /** All that it wrote so far, with its control sequences. */
  readonly raw: () => string
  /** The same without them. */
  readonly text: () => string
  /** Resolves when the text matches; rejects when the program ends without it. It has no time limit. */
  readonly until: (pattern: RegExp) => Promise<void>
  /** Types on the keyboard. `\x03` is Ctrl-C: the terminal makes a signal of it. */
  readonly type: (keys: string) => void
  /** The exit code. */
  readonly ended: Promise<number>
}

/** Runs its arguments, then writes the exit code and stays: output that nobody has read yet is lost when a terminal ends. */
const shell = 'trap : INT; "$@"; printf "<exit %s>" $?; read _'

/** Starts a file of the project on a terminal, 80 columns wide unless given. */
export function startOnTerminal(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  cols = 80,
): OnTerminal {
  const pty = spawn('/bin/sh', ['-c', shell, 'sh', process.execPath, join(root, file), ...args], {
    ...{ cols, rows: 50, cwd: root },
    env: { PATH: process.env.PATH, HOME: process.env.HOME, TERM: 'xterm-256color', ...env },
  })
  const { promise: ended, resolve: end } = Promise.withResolvers<number>()
  const watchers = new Set<() => void>()
  let raw = ''
  const text = () => stripVTControlCharacters(raw).replaceAll('\r\n', '\n')
  pty.onData(data => {
    raw += data
    const [mark, code] = /<exit (\d+)>$/.exec(raw) ?? []
    if (mark) raw = raw.slice(0, -mark.length)
    for (const watch of watchers) watch()
    if (!mark) return
    pty.kill()
    end(Number(code))
  })
  return {
    raw: () => raw,
    text,
    until: pattern =>
      new Promise((resolve, reject) => {
        const look = () => pattern.test(text()) && resolve()
        watchers.add(look)
        look()
        ended.then(code => reject(new Error(`ended with ${code} without ${pattern}: ${text()}`)))
      }),
    type: keys => pty.write(keys),
    ended,
  }
}
