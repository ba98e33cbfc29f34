import { styleText } from 'node:util'

/** Colours a text, or returns it unchanged. */
export type Paint = (style: 'bold' | 'dim' | 'green' | 'red', text: string) => string

/** The colours for a stream: none where it is no terminal, or where the terminal or `NO_COLOR` says no. */
export const paintFor = (stream: Pick<NodeJS.WriteStream, 'isTTY' | 'hasColors'>): Paint =>
  stream.isTTY && stream.hasColors()
    ? (style, text) => styleText(style, text, { validateStream: false })
    : (_, text) => text
