import { createInterface } from 'node:readline'
import { printable } from './output.ts'
import type { World } from './world.ts'

/** Asks on the terminal, and takes only a typed yes for one. Rejects when the command is told to stop. */
export async function confirm({ stdin, stderr, stop }: World, question: string): Promise<boolean> {
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
