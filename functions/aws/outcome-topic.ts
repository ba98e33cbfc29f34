import { setTimeout } from 'node:timers/promises'
import type { OutcomeEvent } from '../core/history/outcome-event.ts'
import type { OutcomeTopic } from '../core/ports.ts'
import { batchesOf } from '../core/sqs-limits.ts'
import { AwsError, createSignedPost, type ServiceOptions } from './aws-json.ts'

/** How often SNS is asked to take an event, the first time included. */
const mostTries = 3

/** The wait before the second try, in milliseconds; before the third it is twice as long. */
const pauseMs = 100

/** A request that SNS would refuse again. A throttled one is another matter. */
const isFinal = (error: unknown): boolean =>
  error instanceof AwsError && error.status < 500 && error.status !== 429 && !/throttl/i.test(error.name)

/**
 * The topic `outcomes`. Its requests are signed as those to DynamoDB are. SNS's limits of a batch are those of SQS: ten entries and
 * 256 KiB, of which ten events with their attributes never take more than two thirds.
 */
export function createOutcomeTopic(
  topicArn: string,
  options?: ServiceOptions,
  wait: (ms: number) => Promise<unknown> = setTimeout,
): OutcomeTopic {
  const post = createSignedPost({ name: 'sns', endpointVariable: 'AWS_ENDPOINT_URL_SNS' }, options)

  /** Sends one `PublishBatch`. Resolves to the events that the answer does not name as taken. */
  const publishBatch = async (events: readonly OutcomeEvent[]): Promise<readonly OutcomeEvent[]> => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const { status, text } = await post(headers, formOf(topicArn, events))
    const textIn = (tag: string) => new RegExp(`<${tag}>([^]*?)</${tag}>`).exec(text)?.[1]
    if (status !== 200) throw new AwsError(status, { __type: textIn('Code'), message: textIn('Message') })
    const taken = textIn('Successful') ?? ''
    return events.filter((_, n) => !taken.includes(`<Id>${n}</Id>`))
  }

  const publishSome = async (some: readonly OutcomeEvent[]): Promise<readonly OutcomeEvent[]> => {
    let left = some
    for (let tries = 1; ; tries++) {
      try {
        left = await publishBatch(left)
        if (left.length === 0 || tries === mostTries) return left
      } catch (error) {
        if (tries === mostTries || isFinal(error)) throw error
      }
      await wait(pauseMs * tries)
    }
  }

  return {
    publish: async events => {
      const left: OutcomeEvent[] = []
      for await (const batch of batchesOf(events)) left.push(...(await publishSome(batch)))
      return left
    },
  }
}

/** The form of `PublishBatch`, an action of AWS's query protocol. */
function formOf(topicArn: string, events: readonly OutcomeEvent[]): string {
  const form = new URLSearchParams({ Action: 'PublishBatch', Version: '2010-03-31', TopicArn: topicArn })
  for (const [n, { body, attributes }] of events.entries()) {
    const entry = `PublishBatchRequestEntries.member.${n + 1}`
    form.set(`${entry}.Id`, String(n))
    form.set(`${entry}.Message`, body)
    for (const [at, [name, value]] of Object.entries(attributes).entries()) {
      const attribute = `${entry}.MessageAttributes.entry.${at + 1}`
      form.set(`${attribute}.Name`, name)
      form.set(`${attribute}.Value.DataType`, 'String')
      form.set(`${attribute}.Value.StringValue`, value)
    }
  }
  return form.toString()
}
