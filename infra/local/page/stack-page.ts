import { following } from '../engines/embedded-engines.ts'
import { entryIn } from '../stack/ledger-entries.ts'
import type { LocalStack } from '../stack/local-stack.ts'
import type { InFlightMessage } from './in-flight-messages.ts'
import { type Page, startPage } from './live-page.ts'
import type { Depth } from './run-samples.ts'

/** The offset of the page's port from the first port, after Lambda's. */
const place = 6

/** The port of the page. Any free port if the sixth after the first is above 65535. */
export const portOf = (first: number): number => {
  const port = following(first, place)
  return port > 65_535 ? 0 : port
}

/** The live page of a stack, whose SQS is at `port`. Rejects with EADDRINUSE when its own port is taken. */
export const pageOf = (stack: LocalStack, port: number, onTrouble: (text: string) => void): Promise<Page> =>
  startPage({
    port: portOf(port),
    name: stack.changes.name,
    depth: () => depthIn(stack),
    inFlight: () => inFlightIn(stack),
    letters: () => stack.messages(stack.deadLetters),
    entry: entryIn(stack),
    now: Date.now,
    onTrouble,
  })

/** The depth of the changes queue. */
export function depthIn({ inspect, changes }: Pick<LocalStack, 'inspect' | 'changes'>): Depth {
  const { ready, inflight, delayed } = inspect(changes)
  return { visible: ready.length, inFlight: inflight.length, delayed: delayed.length }
}

/** The messages in flight from the changes queue. */
export const inFlightIn = ({
  inspect,
  changes,
}: Pick<LocalStack, 'inspect' | 'changes'>): InFlightMessage[] =>
  inspect(changes).inflight.map(({ message, visibilityDeadline: dueAt }) => ({
    messageId: message.messageId,
    body: message.body,
    receives: message.approximateReceiveCount,
    sentAt: message.sentTimestamp,
    dueAt,
  }))
