import type { Entry } from '../../functions/core/ledger/ledger-entry.ts'
import type { StoredMessage } from '../../infra/local/engines/embedded-engines.ts'
import type { InFlightMessage } from '../../infra/local/page/in-flight-messages.ts'
import { type Frame, type Page, startPage } from '../../infra/local/page/live-page.ts'

/** A page over queues that a test fills by hand, on a clock that a test sets. */
export interface PageTest extends Page {
  readonly messages: InFlightMessage[]
  readonly letters: StoredMessage[]
  /** What the ledger knows, by member. */
  readonly entries: Map<string, Entry>
  readonly troubles: string[]
  /** How often the messages in flight were read. */
  readonly reads: () => number
  /** How many messages the changes queue says that it has, besides those in flight. */
  visible: number
  at: number
}

/** Starts a page on any free port. */
export async function startPageTest(): Promise<PageTest> {
  const messages: InFlightMessage[] = []
  const letters: StoredMessage[] = []
  const entries = new Map<string, Entry>()
  const troubles: string[] = []
  let reads = 0
  const world = { messages, letters, entries, troubles, visible: 0, at: 1_000_000, reads: () => reads }
  const page = await startPage({
    port: 0,
    name: 'the-changes',
    depth: () => ({ visible: world.visible, inFlight: messages.length, delayed: 0 }),
    inFlight: () => {
      reads += 1
      return messages
    },
    letters: () => letters,
    entry: async member => entries.get(member),
    now: () => world.at,
    onTrouble: text => troubles.push(text),
  })
  return Object.assign(world, page)
}

/** Opens the events of a page; each call resolves with the next frame. */
export async function framesOf(url: string): Promise<() => Promise<Frame>> {
  const response = await fetch(`${url}/events`)
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  return async () => {
    for (;;) {
      const found = /^data: (.*)\n\n/m.exec(text)
      if (found) {
        text = text.slice(found.index + found[0].length)
        return JSON.parse(found[1]!) as Frame
      }
      const { value, done } = await reader.read()
      if (done) throw new Error('the events ended')
      text += value
    }
  }
}
