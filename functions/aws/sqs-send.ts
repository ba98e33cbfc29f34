import { SendMessageBatchCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { bytesOf, type LetterAttributes } from '../core/dead-letter/letter-attributes.ts'
import { forEachOf } from '../core/for-each-of.ts'
import { asObject, parseJson } from '../core/json.ts'
import { batchesOf, sqsBatchSize } from '../core/sqs-limits.ts'
import { clientOptions } from './client-options.ts'
import { sha256 } from './sha256.ts'

/** Splits items into batches of SQS's size. */
export const inBatches = <T>(items: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(items.length / sqsBatchSize) }, (_, n) =>
    items.slice(n * sqsBatchSize, (n + 1) * sqsBatchSize),
  )

/** The fields of a message: its body, and the message group of its source, so that no source delays another. */
export const inItsGroup = (body: string) => ({
  MessageBody: body,
  MessageGroupId: messageGroupOf(body),
})

/** Why SQS refused one message of a batch. */
export interface Rejection {
  readonly code: string
  readonly message: string
  /** Whether it would refuse the same message again. */
  readonly final: boolean
}

/** The result for one message of a batch: its id on the queue, or why SQS refused it. */
export type SendResult = { readonly messageId: string } | Rejection

export const isRejection = (result: SendResult): result is Rejection => 'code' in result

/** A message to the changes queue. `seconds`: how long SQS keeps it from consumers, at most 900. */
export interface Sending {
  readonly body: string
  readonly attributes?: LetterAttributes | undefined
  readonly seconds?: number | undefined
}

/**
 * Sends one batch to the changes queue. The result has one item for each message, in order. Rejects if SQS refuses the whole batch or
 * does not answer.
 */
export async function sendBatch(
  client: SQSClient,
  QueueUrl: string,
  messages: readonly Sending[],
  abortSignal?: AbortSignal,
): Promise<SendResult[]> {
  const Entries = messages.map(({ body, attributes = {}, seconds }, index) => ({
    ...{ Id: String(index), ...inItsGroup(body) },
    ...(Object.keys(attributes).length > 0 && { MessageAttributes: toSqs(attributes) }),
    ...(seconds !== undefined && { DelaySeconds: seconds }),
  }))
  const command = new SendMessageBatchCommand({ QueueUrl, Entries })
  const answer = await (abortSignal ? client.send(command, { abortSignal }) : client.send(command))
  const { Successful = [], Failed = [] } = answer
  const results = new Map<string | undefined, SendResult>([
    ...Successful.map(({ Id, MessageId = '' }) => [Id, { messageId: MessageId }] as const),
    ...Failed.map(
      ({ Id, Code = 'no code', Message = '', SenderFault = false }) =>
        [Id, { code: Code, message: Message, final: SenderFault }] as const,
    ),
  ])
  return Entries.map(({ Id }) => results.get(Id) ?? unanswered)
}

/** SQS named the message neither as accepted nor as refused. */
const unanswered: Rejection = { code: 'NoAnswer', message: 'SQS did not answer for it', final: false }

/** How many batches are sent at once. */
const parallel = 10

/**
 * Sends events to the changes queue, all with the same attributes and delay. Rejects unless SQS accepted all of them; the accepted ones stay.
 */
export const sendAll = (
  client: SQSClient,
  queueUrl: string,
  bodies: readonly string[],
  signal?: AbortSignal,
  attributes: LetterAttributes = {},
  seconds?: number,
): Promise<void> => {
  const batches = batchesOf(
    bodies.map(body => ({ body })),
    bytesOf(attributes),
  )
  return forEachOf(batches, parallel, async batch => {
    const results = await sendBatch(
      client,
      queueUrl,
      batch.map(({ body }) => ({ body, attributes, seconds })),
      signal,
    )
    const rejected = results.filter(isRejection)
    const [first] = rejected
    if (first) throw new Error(`SQS refused ${rejected.length} of ${batch.length} events: ${first.code}`)
  })
}

/** Sends up to ten messages, as `sendBatch` does. */
export type SendSome = (messages: readonly Sending[]) => Promise<SendResult[]>

/** Creates the sender of batches to a queue. */
export const createBatchedSender =
  (queueUrl: string, client = new SQSClient(clientOptions)): SendSome =>
  messages =>
    sendBatch(client, queueUrl, messages)

/** Sends one message with string attributes. Rejects if SQS refuses or does not answer. */
export type SendTo = (body: string, attributes: LetterAttributes) => Promise<void>

/** Creates the sender to a queue. */
export function createSender(queueUrl: string, client = new SQSClient(clientOptions)): SendTo {
  return async (body, attributes) => {
    const MessageAttributes = toSqs(attributes)
    await client.send(new SendMessageCommand({ QueueUrl: queueUrl, ...inItsGroup(body), MessageAttributes }))
  }
}

/** String attributes in the form of SQS. */
export const toSqs = (attributes: LetterAttributes) =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
  )

/** Whether a text is a valid MessageGroupId (SendMessage): 1 to 128 letters, digits and punctuation marks of ASCII. */
const isGroup = (text: string): boolean => /^[!-~]{1,128}$/.test(text)

/** The group of all bodies without a source. */
const noSourceGroup = 'no-source'

/**
 * The message group of an event's body: its CloudEvents `source`, or the SHA-256 of a source that is not valid as a group. If one
 * group fills the queue, SQS delivers messages of the other groups first (fair queues). Never throws.
 */
export function messageGroupOf(body: string): string {
  const json = parseJson(body)
  const source = json.ok ? asObject(json.value)?.source : undefined
  if (typeof source !== 'string' || source === '') return noSourceGroup
  return isGroup(source) ? source : sha256(source)
}
