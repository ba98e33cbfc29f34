/** Replaces control characters and line breaks: ids and field names come from outside and could control the terminal. */
export const printable = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the rule is about control characters
  text.replace(/[\u0000-\u001f]/g, '\ufffd').replace(steering, '\ufffd')

/** Control characters above ASCII 31: delete, C1 controls, line and paragraph separators, text direction marks. */
export const steering = /[\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g

/** A word for a POSIX shell, quoted if needed. */
export const shellWord = (text: string): string =>
  /^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
