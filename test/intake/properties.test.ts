import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Reply } from '../../functions/intake/intake-outcome.ts'
import { parse } from '../support/events.ts'
import { startIntake } from './fake-world.ts'
import { routed } from './requests.ts'
import { type BatchSubject, batchSubjects, type SourceSubject, subjects, token } from './subjects.ts'

/** Values that look like what vendors send, with anything in any place of them. */
const fields = [
  'uuid',
  'id',
  'published',
  'time',
  'eventType',
  'outcome',
  'target',
  'type',
  'data',
  'source',
  'role',
]
const like: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>(tie => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(
      'group.user_membership.add',
      'SUCCESS',
      'User',
      'UserGroup',
      '1.0',
      'a@example.com',
      null,
      '',
    ),
    fc.jsonValue({ maxDepth: 1 }),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...fields, '__proto__'), tie('value'), { maxKeys: 6 }),
  ),
})).value

const headerNames = [
  ...['authorization', 'content-type', 'webhook-id', 'webhook-timestamp', 'webhook-signature'],
  'x-okta-verification-challenge',
]
const headers = fc.dictionary(
  fc.oneof(fc.constantFrom(...headerNames), fc.string()),
  fc.string({ unit: 'binary' }),
)
const isReply = ({ statusCode, body }: Reply) => {
  expect([200, 202, 400, 401, 404, 413, 415, 503]).toContain(statusCode)
  if (body !== undefined) JSON.parse(body)
}

describe.each(subjects.map(subject => [subject.declared.kind.name, subject] as const))(
  '%s, whatever comes',
  (_, { declared, sign, documented }: SourceSubject) => {
    test('any headers and any body are answered, and without the token nothing is taken', async () => {
      const { answer, world } = startIntake(declared)
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom('GET' as const, 'POST' as const),
          headers,
          fc.oneof(fc.string({ unit: 'binary' }), fc.json(), fc.constant(documented)),
          async (method, sent, body) => {
            const reply = await answer(routed('there', { method, headers: sent, body }))
            isReply(reply)
            expect(reply).toEqual({ statusCode: 401 })
          },
        ),
      )
      expect(world.queue).toEqual([])
      expect(world.troubles).toEqual([])
    })

    test('any event of API Gateway is answered, even one that is none', async () => {
      const { answer } = startIntake(declared)
      const piece = fc.oneof(fc.string(), fc.constant(undefined))
      await fc.assert(
        fc.asyncProperty(
          fc.record({
            routeKey: piece,
            headers: fc.option(headers),
            body: piece,
            isBase64Encoded: fc.boolean(),
          }),
          async event => isReply(await answer(event as never)),
        ),
      )
    })

    test('any text with a right signature is answered, never as a failure of ours', async () => {
      const { answer, world } = startIntake(declared)
      await fc.assert(
        fc.asyncProperty(
          fc.oneof(
            fc.string(),
            fc.json(),
            like.map(value => JSON.stringify(value) ?? ''),
          ),
          async body => {
            const reply = await answer(routed('there', sign(body, token)))
            isReply(reply)
            expect([202, 400]).toContain(reply.statusCode)
          },
        ),
      )
      expect(world.troubles).toEqual([])
    })
  },
)

describe.each(batchSubjects.map(subject => [subject.declared.kind.name, subject] as const))(
  '%s, whatever a delivery holds',
  (_, { declared, sign, many }: BatchSubject) => {
    test('of any body with a right signature each part ends somewhere, and what is enqueued is an event', async () => {
      const { answer, world } = startIntake(declared)
      await fc.assert(
        fc.asyncProperty(fc.array(like, { maxLength: 5 }), fc.nat(2), async (others, good) => {
          const before = world.queue.length
          const body = many(good, Object.fromEntries(others.entries()))
          const reply = await answer(routed('there', sign(body, token)))
          isReply(reply)
          const { accepted, refused, ignored } = JSON.parse(reply.body as string)
          expect(accepted + refused.length + ignored).toBe(others.length + good)
          expect(world.queue.length - before).toBe(accepted)
        }),
      )
      for (const body of world.queue) {
        const parsed = parse(body)
        expect(parsed.ok || parsed.reason === 'unknown_role').toBe(true)
      }
      expect(world.troubles).toEqual([])
    })
  },
)
