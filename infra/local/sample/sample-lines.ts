import { createReadStream } from 'node:fs'
import { text } from 'node:stream/consumers'

/** One body to enqueue and the line it stood on, counted from 1. */
export interface EventLine {
  readonly line: number
  readonly body: string
  /** How long the queue keeps it back. */
  readonly delaySeconds?: number
}

/** The lines of a file of events, or of standard input for `-`, as they are but for blank ones. */
export async function readEvents(file: string): Promise<EventLine[]> {
  const content = await text(file === '-' ? process.stdin : createReadStream(file))
  return content
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .map((body, index) => ({ line: index + 1, body }))
    .filter(({ body }) => body.trim() !== '')
}
