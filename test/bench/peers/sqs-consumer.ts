import { type Message, SQSClient } from '@aws-sdk/client-sqs'
import axios from 'axios'
import { Consumer } from 'sqs-consumer'
import { baseUrl, headers, type PeerChange, pathOf, timeoutMs, writeOf } from './change.ts'

/** sqs-consumer with axios: receives and deletes by itself, which for a Lambda function the event source mapping does. */

const api = axios.create({ baseURL: baseUrl, headers, timeout: timeoutMs })
const sqs = new SQSClient({})

async function send(message: Message): Promise<Message> {
  const change = JSON.parse(message.Body as string) as PeerChange
  await api.patch(pathOf(change), writeOf(change))
  return message
}

/** Handles `count` messages of the queue with so many consumers, each in batches of ten; rejects on the first error. */
export function consume(queueUrl: string, count: number, consumers: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  let handled = 0
  const all = Array.from({ length: consumers }, () => {
    const consumer = Consumer.create({
      ...{ queueUrl, sqs, batchSize: 10, waitTimeSeconds: 1 },
      handleMessageBatch: async messages => {
        const results = await Promise.allSettled(messages.map(send))
        return results.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []))
      },
    })
    consumer.on('message_processed', () => undefined)
    consumer.on('response_processed', () => {
      if (handled >= count) resolve()
    })
    consumer.on('message_received', () => {
      handled += 1
    })
    consumer.on('error', error => error.name === 'AbortError' || reject(error))
    consumer.on('processing_error', reject)
    consumer.start()
    return consumer
  })
  return promise.finally(() => {
    for (const consumer of all) consumer.stop({ abort: true })
  })
}
