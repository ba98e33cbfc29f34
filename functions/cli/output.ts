import type { Output, World } from './world.ts'

/** A line on standard output; resolves when it is written or nobody reads it any more. */
export const line = ({ stdout }: World, text: string): Promise<void> => write(stdout, `${printable(text)}\n`)

/** A value as one line of JSON on standard output. */
export const json = ({ stdout }: World, value: unknown): Promise<void> =>
  write(stdout, `${JSON.stringify(value)}\n`)

/** A value as indented JSON on standard output, for people and files. */
export const document = ({ stdout }: World, value: unknown): Promise<void> =>
  write(stdout, `${JSON.stringify(value, null, 2)}\n`)

/** A line on standard error. */
export const note = ({ stderr }: World, text: string): Promise<void> => write(stderr, `${printable(text)}\n`)

/**
 * Text that cannot steer a terminal or pass for further lines: ids and field names come from outside, and control
 * characters in them could do both. Line breaks of ours are separate calls.
 */
export const printable = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the rule is about control characters
  text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '\ufffd')

/** Whole lines in one call, so that an interruption never leaves half of one. */
const write = (stream: Output, text: string): Promise<void> =>
  new Promise(resolve => stream.write(text, () => resolve()))
