import type { Message } from '@aws-sdk/client-sqs'
import { following } from '../engines/embedded-engines.ts'
import type { Listening } from '../loopback/loopback-listener.ts'
import { entryIn } from '../stack/ledger-entries.ts'
import type { LocalStack } from '../stack/local-stack.ts'
import type { ReceivedMessage } from './change-history.ts'
import { startPageServer } from './page-server.ts'
import { createRunSource, type RunSource } from './run-source.ts'

/** A running page, and what it is told. */
export interface StackPage extends Listening, Pick<RunSource, 'line' | 'ended'> {
  /** Takes the messages of a receive. */
  received(messages: readonly Message[]): void
}

/** The offset of the page's port from the first port, after Lambda's. */
const place = 6

/** The port of the page. Any free port if the sixth after the first is above 65535. */
export const portOf = (first: number): number => {
  const port = following(first, place)
  return port > 65_535 ? 0 : port
}

/** The live page of a stack, whose SQS is at `port`. Rejects with EADDRINUSE when its own port is taken. */
export async function startStackPage(
  stack: LocalStack,
  port: number,
  onTrouble: (text: string) => void,
): Promise<StackPage> {
  const source = createRunSource({
    name: stack.changes.name,
    waiting: () => stack.messages(stack.changes).length,
    letters: () => stack.messages(stack.deadLetters),
    entry: entryIn(stack),
    now: Date.now,
  })
  const server = await startPageServer(portOf(port), source, onTrouble)
  const { line, ended } = source
  return { ...server, line, ended, received: messages => source.received(messages.map(receivedOf)) }
}

/** A received message, with the attributes that SQS gives it. */
export const receivedOf = ({ MessageId, Body, Attributes }: Message): ReceivedMessage => ({
  messageId: MessageId!,
  body: Body ?? '',
  receives: Number(Attributes?.ApproximateReceiveCount),
  sentAt: Number(Attributes?.SentTimestamp),
})
