import { createHash } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from '@jest/globals'
import { openQueue } from '../../../functions/cli/io/open-queue.ts'
import { fakeWorld } from '../fake-world.ts'

let server: Server | undefined
afterEach(() => {
  server?.close()
})

/** SQS that answers each action as given, and the actions that it heard. */
async function answering(answers: Readonly<Record<string, readonly [status: number, body: unknown]>>) {
  const heard: { action: string; input: unknown }[] = []
  server = createServer(async (request, response) => {
    const action = String(request.headers['x-amz-target']).split('.')[1] ?? ''
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    heard.push({ action, input: JSON.parse(Buffer.concat(chunks).toString()) })
    const [status, body] = answers[action] ?? [404, {}]
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body))
  }).listen(0, '127.0.0.1')
  await new Promise(resolve => server?.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  return { heard, ...fakeWorld({ sqs: `http://127.0.0.1:${port}` }) }
}

const url = [200, { QueueUrl: 'http://sqs.nowhere.invalid:4566/000000000000/q' }] as const
const fault = (type: string) => [400, { __type: `com.amazonaws.sqs#${type}`, message: 'because' }] as const

describe('the queue', () => {
  test('is reached at the endpoint, whatever host its URL names, and tells which messages it did not take', async () => {
    const MD5OfMessageBody = createHash('md5').update('a').digest('hex')
    const Successful = [{ Id: '0', MessageId: 'm0', MD5OfMessageBody }]
    const Failed = [
      { Id: '1', Code: 'InternalError', Message: 'later', SenderFault: false },
      { Id: '2', Code: 'InvalidMessageContents', SenderFault: true },
    ]
    const { world, heard } = await answering({
      GetQueueUrl: url,
      SendMessageBatch: [200, { Successful, Failed }],
    })
    const queue = await openQueue(world, 'dev', 'q')
    expect(await queue.send(['a', 'b', 'c'])).toEqual([
      { messageId: 'm0' },
      { code: 'InternalError', message: 'later', final: false },
      { code: 'InvalidMessageContents', message: '', final: true },
    ])
    expect(heard).toMatchObject([
      { action: 'GetQueueUrl', input: { QueueName: 'q' } },
      { action: 'SendMessageBatch', input: { Entries: [{ Id: '0', MessageBody: 'a' }, {}, {}] } },
    ])
  })
  test('gets each message in the group of its source: no source delays another', async () => {
    const { world, heard } = await answering({ GetQueueUrl: url, SendMessageBatch: [200, {}] })
    const queue = await openQueue(world, 'dev', 'q')
    await queue.send(['{"source":"//a.example.com"}', '{"source":"//b.example.com"}', 'no event'])
    expect(heard[1]!.input).toMatchObject({
      Entries: [
        { MessageGroupId: '//a.example.com' },
        { MessageGroupId: '//b.example.com' },
        { MessageBody: 'no event', MessageGroupId: 'no-source' },
      ],
    })
  })
  test.each([['QueueDoesNotExist'], ['AWS.SimpleQueueService.NonExistentQueue']])(
    'that is not there (%s) is a Failure',
    async type => {
      const { world } = await answering({ GetQueueUrl: fault(type) })
      await expect(openQueue(world, 'prod', 'q')).rejects.toMatchObject({
        name: 'Failure',
        message:
          'queue q does not exist: check --stage (prod), the account, the region, and that the stage is deployed',
      })
    },
  )
  test('that refuses the sender is a Failure', async () => {
    const { world } = await answering({ GetQueueUrl: url, SendMessageBatch: fault('AccessDenied') })
    const queue = await openQueue(world, 'dev', 'q')
    await expect(queue.send(['a'])).rejects.toMatchObject({
      name: 'Failure',
      message: 'access denied; check the permissions of these credentials: because',
    })
  })
})
