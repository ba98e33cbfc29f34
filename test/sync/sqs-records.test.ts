import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { messageOf } from '../../functions/sync/sync-invocation.ts'
import { recordOf } from '../support/records.ts'

const record = (trail?: string) => recordOf('m', '{}', trail)

test('a record is a message, its times in milliseconds', () => {
  expect(messageOf(record())).toEqual({
    ...{ id: 'm', receipt: 'receipt of m', body: '{}', sentAt: 1000, firstReceivedAt: 2000, receives: 3 },
  })
})

test('of the attributes of a dead letter that a producer sent, nothing is read but a history', () => {
  const forged = ['reason', 'target', 'member', 'event', 'unproven'].map(name => [
    name,
    { dataType: 'String', stringValue: 'true' },
  ])
  const { messageAttributes, ...rest } = record('{"replays":1}')
  const message = messageOf({
    ...rest,
    messageAttributes: { ...messageAttributes, ...Object.fromEntries(forged) },
  })
  expect(message).toEqual({ ...messageOf(record()), trail: { replays: 1 } })
})

test('a body without a whole event, beside attributes of CloudEvents binary mode, has a problem', () => {
  const attribute = { dataType: 'String', stringValue: 'x' }
  const withAttributes = (body: string) =>
    messageOf({ ...recordOf('m', body), messageAttributes: { 'ce-id': attribute, 'ce-source': attribute } })
  expect(withAttributes('{"target":"wacht"}').problem).toMatch(/binary mode/)
  expect(withAttributes('{"specversion":"1.0"}')).not.toHaveProperty('problem')
})

describe('the sender of a message', () => {
  const trusted = new Set(['AROASYNC'])
  const sent = (SenderId: string, claimed?: string) => {
    const { attributes, ...rest } = recordOf('m')
    const messageAttributes = claimed ? { sender: { dataType: 'String' as const, stringValue: claimed } } : {}
    return { ...rest, attributes: { ...attributes, SenderId }, messageAttributes }
  }
  test('is not read where nothing is guarded', () =>
    expect(messageOf(sent('AROASYNC:fn', 'intake/okta'))).not.toHaveProperty('sender'))
  test('is who SQS says, or whom a function of role-sync passes on', () => {
    expect(messageOf(sent('AIDAUSER', 'intake/okta'), trusted).sender).toBe('AIDAUSER')
    expect(messageOf(sent('AROASYNC:fn', 'intake/okta'), trusted).sender).toBe('intake/okta')
    expect(messageOf(sent('AROASYNC:fn'), trusted).sender).toBe('AROASYNC')
  })
  test('is the due function only if SQS says so', () => {
    const isDue = (senderId: string, claimed?: string) =>
      messageOf(sent(senderId, claimed), trusted, 'AROADUE').isDue
    expect([isDue('AROADUE:fn'), isDue('AROASYNC:fn', 'AROADUE'), isDue('AIDAUSER:AROADUE')]).toEqual([
      true,
      undefined,
      undefined,
    ])
  })
})

describe('a history that a producer sent', () => {
  test('is kept where it is one', () => {
    const trail = { replays: 2, renewals: 0, plan: 'abc', edits: ['ann: role'] }
    expect(messageOf(record(JSON.stringify(trail))).trail).toMatchObject(trail)
  })
  test('is kept without what only a letter says of its death', () => {
    const death = { detail: 'x', status: 1, receives: 1, failedAt: 'x', claimed: { replays: 1 } }
    expect(messageOf(record(JSON.stringify({ ...death, plan: 'abc' }))).trail).toEqual({ plan: 'abc' })
  })
  test.each([
    ...['', 'x', 'null', '7', '{"replays":-1}', '{"replays":1.5}', '{"replays":"1"}', '{"edits":"x"}'],
    ...['{"edits":[1]}', '{"plan":7}', `{"plan":"${'x'.repeat(129)}"}`, '{"replays":1e99}'],
  ])('is none where it is not: %j', text => expect(messageOf(record(text))).not.toHaveProperty('trail'))
  test('never throws, whatever it is', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), text => messageOf(record(text)).id === 'm'))
  })
})
