import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs'
import { batchesOf } from '../../../functions/core/sqs-limits.ts'
import type { QueuedMessage } from '../outcomes/expected-messages.ts'
import type { EventLine } from './events-file.ts'

/** The messages in the order of their lines, and the lines that SQS refused. */
export interface Enqueued {
  readonly sent: readonly QueuedMessage[]
  readonly refused: readonly { readonly line: number; readonly why: string }[]
}

/** Sends lines to a queue in their order. A line that SQS refuses does not stop the others. */
export async function enqueue(
  sqs: SQSClient,
  queueUrl: string,
  lines: readonly EventLine[],
): Promise<Enqueued> {
  const sent: QueuedMessage[] = []
  const refused: { line: number; why: string }[] = []
  for await (const batch of batchesOf(lines)) {
    const Entries = batch.map(({ line, body, delaySeconds }) => ({
      Id: String(line),
      MessageBody: body,
      DelaySeconds: delaySeconds,
    }))
    try {
      const answer = await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }))
      const bodies = new Map(batch.map(({ line, body }) => [String(line), body]))
      sent.push(
        ...(answer.Successful ?? []).map(({ Id, MessageId }) => ({
          messageId: MessageId!,
          body: bodies.get(Id!)!,
        })),
      )
      for (const failed of answer.Failed ?? []) {
        refused.push({ line: Number(failed.Id), why: failed.Message ?? failed.Code ?? 'refused' })
      }
    } catch (error) {
      refused.push(...batch.map(({ line }) => ({ line, why: (error as Error).message })))
    }
  }
  return { sent, refused }
}
