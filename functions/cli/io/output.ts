import { createInterface } from 'node:readline'
import { WriteStream } from 'node:tty'
import { styleText } from 'node:util'
import { printable, steering } from '../../core/printable.ts'
import type { CliWorld, Environment, OutputStream } from './cli-world.ts'

/** Writes a line to standard output. Resolves when it is written or the reader has closed the output. */
export const line = ({ stdout }: CliWorld, text: string): Promise<void> =>
  write(stdout, `${printable(text)}\n`)

/** Whether a stream gets colours: a terminal does, unless `NO_COLOR` or `TERM` says no, and any stream with `FORCE_COLOR`. */
const hasColors = ({ isTTY }: OutputStream, env: Environment): boolean =>
  (isTTY === true || env.FORCE_COLOR !== undefined) && WriteStream.prototype.getColorDepth(env) > 1

/** A text for standard output, bold if that has colours. */
export const bold = ({ stdout, env }: CliWorld, text: string): string =>
  hasColors(stdout, env) ? styleText('bold', text, unvalidated) : text

/** Colours as they are asked for, whatever the environment of this process says. */
const unvalidated = { validateStream: false }

const stateStyles: Readonly<Record<string, 'green' | 'yellow' | 'red' | 'dim'>> = {
  ...{ ok: 'green', applied: 'green', apply: 'green' },
  ...{ warning: 'yellow', waiting: 'yellow', undecided: 'yellow', held: 'yellow' },
  ...{ failed: 'red', dead: 'red', invalid: 'red' },
  ...{ superseded: 'dim', duplicate: 'dim' },
}

/** Colours the first word of a text for standard output if it is a state, such as `applied` or `failed`. */
export const stateColored = ({ stdout, env }: CliWorld, text: string): string =>
  hasColors(stdout, env)
    ? text.replace(/\w+/, word =>
        stateStyles[word] ? styleText(stateStyles[word], word, unvalidated) : word,
      )
    : text

/** Writes a line to standard output as `line` does, with the colour of the state that it begins with. */
export const stateLine = (world: CliWorld, text: string): Promise<void> =>
  write(world.stdout, `${stateColored(world, printable(text))}\n`)

/** Writes text of several lines to standard output, indented, so that none looks like a line of role-sync. */
export async function block(world: CliWorld, text: string): Promise<void> {
  for (const row of text.split(/\r?\n/)) await line(world, `  ${row}`)
}

/** Writes a value as one line of JSON to standard output. */
export const json = ({ stdout }: CliWorld, value: unknown): Promise<void> =>
  write(stdout, `${jsonText(value)}\n`)

/** Writes a value as indented JSON to standard output. */
export const document = ({ stdout }: CliWorld, value: unknown): Promise<void> =>
  write(stdout, `${jsonText(value, 2)}\n`)

/** JSON with all terminal control characters escaped. They can occur only in strings. */
export const jsonText = (value: unknown, indent = 0): string =>
  JSON.stringify(value, null, indent).replace(
    steering,
    found => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

/** Writes text in pieces to standard output, unchanged. */
export async function pieces({ stdout }: CliWorld, texts: Iterable<string>): Promise<void> {
  for (const text of texts) await write(stdout, text)
}

/** Resolves when all output is written or failed. */
export const written = ({ stdout }: CliWorld): Promise<void> => write(stdout, '')

/** Writes a line to standard error. */
export const note = ({ stderr }: CliWorld, text: string): Promise<void> =>
  write(stderr, `${printable(text)}\n`)

/** Writes whole lines in one call, so that an interruption never leaves a partial line. */
const write = (stream: OutputStream, text: string): Promise<void> =>
  new Promise(resolve => stream.write(text, () => resolve()))

/** Asks a question on the terminal. True only for a typed yes. Rejects when the command must stop. */
export async function confirm({ stdin, stderr, stop }: CliWorld, question: string): Promise<boolean> {
  stderr.write(`${printable(question)} [y/N] `)
  // `terminal: false`: Ctrl-C stays a signal and is handled in main.ts.
  const asking = createInterface({ input: stdin, terminal: false, signal: stop })
  const answer = await new Promise<string>(resolve => {
    asking.once('line', resolve)
    asking.once('close', () => resolve(''))
  })
  asking.close()
  stop.throwIfAborted()
  return /^\s*y(es)?\s*$/i.test(answer)
}
