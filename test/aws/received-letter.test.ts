import { describe, expect, test } from '@jest/globals'
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

describe('the sender of a letter', () => {
  const trusted = new Set(['AROASYNC'])
  const sent = (SenderId: string, more: object = {}) => ({
    Attributes: { SenderId, ...more },
    MessageAttributes: { sender: { DataType: 'String', StringValue: 'intake/okta' } },
  })
  test('is not read where nothing is guarded', () =>
    expect(letterOf(sent('AROASYNC:fn'))).not.toHaveProperty('sender'))
  test('is the one that a function of role-sync wrote', () =>
    expect(letterOf(sent('AROASYNC:fn'), trusted).sender).toBe('intake/okta'))
  test('is who sent the letter, if that is a person, whatever the letter says', () =>
    expect(letterOf(sent('AIDAPERSON'), trusted).sender).toBe('AIDAPERSON'))
  test('that SQS moved is who sent its message', () => {
    const letter = letterOf(sent('AIDAPERSON', { DeadLetterQueueSourceArn: 'arn' }), trusted)
    expect([letter.sender, letter.attributes]).toEqual(['AIDAPERSON', { 'claimed.sender': 'intake/okta' }])
  })
})
