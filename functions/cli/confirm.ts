import { createInterface } from 'node:readline/promises'
import { printable } from './output.ts'
import type { World } from './world.ts'

/** Asks on the terminal, and takes only a typed yes for one. Rejects when the command is told to stop. */
export async function confirm({ stdin, stderr, stop }: World, question: string): Promise<boolean> {
  // Not as a terminal of its own: Ctrl-C stays a signal, and is heard where every other Ctrl-C is.
  const asking = createInterface({ input: stdin, output: stderr, terminal: false })
  const ended = new Promise<string>(resolve => asking.once('close', () => resolve('')))
  try {
    const answer = asking.question(`${printable(question)} [y/N] `, { signal: stop })
    return /^\s*y(es)?\s*$/i.test(await Promise.race([answer, ended]))
  } finally {
    asking.close()
  }
}
