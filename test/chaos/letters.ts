import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs'

/** A message on the dead-letter queue, or another one. */
export interface Letter {
  readonly body: string
  /** Its string attributes. */
  readonly attributes: Readonly<Record<string, string>>
}

/** All dead letters. */
export const readLetters = (env: Readonly<Record<string, string>>): Promise<Letter[]> =>
  readMessages(env, env.DEAD_LETTER_QUEUE_URL!)

/** All messages of a queue, read as any SDK does with what `--serve` prints. */
export async function readMessages(
  env: Readonly<Record<string, string>>,
  QueueUrl: string,
): Promise<Letter[]> {
  const sqs = new SQSClient({
    region: env.AWS_REGION!,
    endpoint: env.AWS_ENDPOINT_URL_SQS!,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  })
  const letters: Letter[] = []
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        ...{ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 600 },
        MessageAttributeNames: ['All'],
      }),
    )
    if (Messages.length === 0) break
    for (const { Body = '', MessageAttributes = {} } of Messages) {
      const named = Object.entries(MessageAttributes).map(([name, { StringValue = '' }]) => [
        name,
        StringValue,
      ])
      letters.push({ body: Body, attributes: Object.fromEntries(named) })
    }
  }
  sqs.destroy()
  return letters
}
