import type { DeleteMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs'
import { describe, expect, test } from '@jest/globals'
import { createRemover } from '../../functions/aws/dead-letter-queue.ts'

type Input = DeleteMessageBatchCommand['input']

/** A remover over a client that answers as told; `asked` has each request. */
function removing(answer: (input: Input, nth: number) => object | Error = () => ({})) {
  const asked: Input[] = []
  const send = async ({ input }: DeleteMessageBatchCommand) => {
    const given = answer(input, asked.push(input))
    if (given instanceof Error) throw given
    return given
  }
  return { asked, remove: createRemover('http://queue', { send } as unknown as SQSClient) }
}
const receiptsOf = ({ Entries = [] }: Input) => Entries.map(({ ReceiptHandle }) => ReceiptHandle)
const receipts = (count: number) => Array.from({ length: count }, (_, n) => `r${n}`)

describe('a removal', () => {
  test('asks the queue to delete this receipt, and is done when it did', async () => {
    const { asked, remove } = removing()
    await remove('r')
    expect(asked).toEqual([{ QueueUrl: 'http://queue', Entries: [{ Id: '0', ReceiptHandle: 'r' }] }])
    await remove('s')
    expect(asked.map(receiptsOf)).toEqual([['r'], ['s']])
  })
  test('goes with the others of the moment, each once, ten in a request and no more', async () => {
    const { asked, remove } = removing()
    await Promise.all(receipts(23).map(remove))
    expect(asked.map(receiptsOf).map(({ length }) => length)).toEqual([10, 10, 3])
    expect(asked.flatMap(receiptsOf)).toEqual(receipts(23))
    for (const { Entries = [] } of asked)
      expect(new Set(Entries.map(({ Id }) => Id)).size).toBe(Entries.length)
  })
  test('of ten asks once: the turn that ends later finds nothing to ask', async () => {
    const { asked, remove } = removing()
    await Promise.all(receipts(10).map(remove))
    await new Promise(resolve => setImmediate(resolve))
    expect(asked).toHaveLength(1)
  })
  test('that SQS refuses rejects, and only this one', async () => {
    const { remove } = removing(() => ({
      Failed: [{ Id: '1', Code: 'ReceiptHandleIsInvalid' }, { Id: '2' }],
    }))
    const ends = await Promise.allSettled(receipts(4).map(remove))
    expect(ends.map(end => (end.status === 'rejected' ? end.reason.message : 'gone'))).toEqual([
      ...['gone', 'a letter could not be deleted: ReceiptHandleIsInvalid'],
      ...['a letter could not be deleted: no code', 'gone'],
    ])
  })
  test('without an answer rejects with all of its batch, and the next batch is tried', async () => {
    const { remove } = removing((_, nth) => (nth === 1 ? new Error('SQS is down') : {}))
    const ends = await Promise.allSettled(receipts(12).map(remove))
    expect(ends.map(({ status }) => status)).toEqual([
      ...Array.from({ length: 10 }, () => 'rejected'),
      ...['fulfilled', 'fulfilled'],
    ])
    expect(ends[0]).toMatchObject({ reason: { message: 'SQS is down' } })
  })
})
