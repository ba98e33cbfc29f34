import type { Message } from '@aws-sdk/client-sqs'
import type { Listening } from '../../../functions/cli/loopback/loopback-listener.ts'
import type { ReceivedMessage } from '../../../functions/cli/page/change-history.ts'
import {
  createLetterReader,
  type ReadLetter,
  type ReadLetterText,
} from '../../../functions/cli/page/letter-groups.ts'
import { startPageServer } from '../../../functions/cli/page/page-server.ts'
import { createTrackedSource, type TrackedSource } from '../../../functions/cli/page/tracked-source.ts'
import { letterFacts } from '../../../functions/core/dead-letter/dead-letter.ts'
import type { Catalogue } from '../../../functions/core/event/role-catalogue.ts'
import { following, type StoredMessage } from '../engines/embedded-engines.ts'
import { dueIn, entryIn, roundIn } from '../stack/ledger-entries.ts'
import type { LocalStack } from '../stack/local-stack.ts'

/** A running page, and what it is told. */
export interface StackPage extends Listening, Pick<TrackedSource, 'line' | 'ended'> {
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
  catalogue: Catalogue,
  port: number,
  onTrouble: (text: string) => void,
): Promise<StackPage> {
  const source = createTrackedSource({
    name: stack.changes.name,
    waiting: () => stack.messages(stack.changes).length,
    letters: storedLetters(() => stack.messages(stack.deadLetters), createLetterReader(catalogue)),
    entry: entryIn(stack),
    sweep: roundIn(stack),
    due: dueIn(stack),
    catalogue,
    now: Date.now,
  })
  const server = await startPageServer(portOf(port), source, onTrouble)
  const { line, ended } = source
  return { ...server, line, ended, received: messages => source.received(messages.map(receivedOf)) }
}

/** The letters of a queue, each read once. */
export function storedLetters(
  stored: () => readonly StoredMessage[],
  read: ReadLetterText,
): () => readonly ReadLetter[] {
  let known: ReadonlyMap<string, ReadLetter> = new Map()
  return () => {
    known = new Map(stored().map(each => [each.messageId, known.get(each.messageId) ?? read(letterOf(each))]))
    return [...known.values()]
  }
}

/** A letter without a reason was moved by SQS itself. */
function letterOf({ messageId, body, sentTimestamp: sentAt, messageAttributes }: StoredMessage) {
  const texts = Object.entries(messageAttributes).flatMap(([name, value]) => {
    const text = (value as { readonly StringValue?: unknown }).StringValue
    return typeof text === 'string' ? [[name, text] as const] : []
  })
  const own = Object.fromEntries(texts)
  return { messageId, body, sentAt, ...letterFacts(own, own.reason === undefined) }
}

/** A received message, with the attributes that SQS gives it. */
export const receivedOf = ({ MessageId, Body, Attributes }: Message): ReceivedMessage => ({
  messageId: MessageId!,
  body: Body ?? '',
  receives: Number(Attributes?.ApproximateReceiveCount),
  sentAt: Number(Attributes?.SentTimestamp),
})
