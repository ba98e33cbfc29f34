import type { Output, World } from './world.ts'

/** A line on standard output; resolves when it is written or nobody reads it any more. */
export const line = ({ stdout }: World, text: string): Promise<void> => write(stdout, `${printable(text)}\n`)

/** Text of several lines on standard output, each indented, so that none of it passes for a line of ours. */
export async function block(world: World, text: string): Promise<void> {
  for (const row of text.split(/\r?\n/)) await line(world, `  ${row}`)
}

/** A value as one line of JSON on standard output. */
export const json = ({ stdout }: World, value: unknown): Promise<void> =>
  write(stdout, `${jsonText(value)}\n`)

/** A value as indented JSON on standard output, for people and files. */
export const document = ({ stdout }: World, value: unknown): Promise<void> =>
  write(stdout, `${jsonText(value, 2)}\n`)

/** JSON in which what could steer a terminal is escaped: beyond what JSON itself escapes, it may stand in strings only. */
export const jsonText = (value: unknown, indent = 0): string =>
  JSON.stringify(value, null, indent).replace(
    steering,
    found => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

/** Text on standard output as it comes: JSON that would be too long for one text. */
export async function pieces({ stdout }: World, texts: Iterable<string>): Promise<void> {
  for (const text of texts) await write(stdout, text)
}

/** Resolves when all that was printed is written, or cannot be. */
export const written = ({ stdout }: World): Promise<void> => write(stdout, '')

/** A line on standard error. */
export const note = ({ stderr }: World, text: string): Promise<void> => write(stderr, `${printable(text)}\n`)

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
const write = (stream: Output, text: string): Promise<void> =>
  new Promise(resolve => stream.write(text, () => resolve()))
