import { createReadStream } from 'node:fs'
import { text } from 'node:stream/consumers'

/** One body to enqueue and its line in the file, counted from 1. */
export interface EventLine {
  readonly line: number
  readonly body: string
  /** The delay of the message. */
  readonly delaySeconds?: number
}

/** The lines of a file of events, without blank ones; `-` is standard input. */
export async function readEvents(file: string): Promise<EventLine[]> {
  const content = await text(file === '-' ? process.stdin : createReadStream(file))
  return content
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .map((body, index) => ({ line: index + 1, body }))
    .filter(({ body }) => body.trim() !== '')
}
