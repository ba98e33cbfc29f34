import { expect, test } from '@jest/globals'
import { letterOf } from '../../functions/aws/received-letter.ts'

test('what SQS leaves out of a letter is empty', () => {
  const letter = letterOf({ Attributes: { SentTimestamp: '7', ApproximateReceiveCount: '2' } })
  expect(letter).toMatchObject({
    messageId: '',
    receipt: '',
    body: '',
    attributes: {},
    sentAt: 7,
    receives: 2,
  })
})

test('only attributes that are text count', () => {
  const MessageAttributes = {
    reason: { DataType: 'String', StringValue: 'rejected' },
    member: { DataType: 'Binary', BinaryValue: new Uint8Array([1]) },
  }
  expect(letterOf({ MessageAttributes }).attributes).toStrictEqual({ reason: 'rejected' })
})
