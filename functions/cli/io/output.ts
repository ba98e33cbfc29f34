import { createInterface } from 'node:readline'
import type { CliWorld, OutputStream } from './cli-world.ts'

/** A line on standard output; resolves when it is written or nobody reads it any more. */
export const line = ({ stdout }: CliWorld, text: string): Promise<void> =>
  write(stdout, `${printable(text)}\n`)

/** Text of several lines on standard output, each indented, so that none of it passes for a line of ours. */
export async function block(world: CliWorld, text: string): Promise<void> {
  for (const row of text.split(/\r?\n/)) await line(world, `  ${row}`)
}

/** A value as one line of JSON on standard output. */
export const json = ({ stdout }: CliWorld, value: unknown): Promise<void> =>
  write(stdout, `${jsonText(value)}\n`)

/** A value as indented JSON on standard output, for people and files. */
export const document = ({ stdout }: CliWorld, value: unknown): Promise<void> =>
  write(stdout, `${jsonText(value, 2)}\n`)

/** JSON in which what could steer a terminal is escaped: beyond what JSON itself escapes, it may stand in strings only. */
export const jsonText = (value: unknown, indent = 0): string =>
  JSON.stringify(value, null, indent).replace(
    steering,
    found => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

/** Text on standard output as it comes: JSON that would be too long for one text. */
export async function pieces({ stdout }: CliWorld, texts: Iterable<string>): Promise<void> {
  for (const text of texts) await write(stdout, text)
}

/** Resolves when all that was printed is written, or cannot be. */
export const written = ({ stdout }: CliWorld): Promise<void> => write(stdout, '')

/** A line on standard error. */
export const note = ({ stderr }: CliWorld, text: string): Promise<void> =>
  write(stderr, `${printable(text)}\n`)

/**
 * Text that cannot steer a terminal or pass for further lines: ids and field names come from outside, and control
 * characters in them could do both. Line breaks of ours are separate calls.
 */
export const printable = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the rule is about control characters
  text.replace(/[\u0000-\u001f]/g, '\ufffd').replace(steering, '\ufffd')

/** Above the ASCII controls: delete and C1 controls, line and paragraph separators, marks that turn the direction of text. */
const steering = /[\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g

/** Whole lines in one call, so that an interruption never leaves half of one. */
const write = (stream: OutputStream, text: string): Promise<void> =>
  new Promise(resolve => stream.write(text, () => resolve()))

/** Asks on the terminal, and takes only a typed yes for one. Rejects when the command is told to stop. */
export async function confirm({ stdin, stderr, stop }: CliWorld, question: string): Promise<boolean> {
  stderr.write(`${printable(question)} [y/N] `)
  // Not as a terminal of its own: Ctrl-C stays a signal, and is heard where every other Ctrl-C is.
  const asking = createInterface({ input: stdin, terminal: false, signal: stop })
  const answer = await new Promise<string>(resolve => {
    asking.once('line', resolve)
    asking.once('close', () => resolve(''))
  })
  asking.close()
  stop.throwIfAborted()
  return /^\s*y(es)?\s*$/i.test(answer)
}
