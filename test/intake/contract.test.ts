import { describe, expect, test } from '@jest/globals'
import { sourceKinds } from '../../functions/intake/source-kinds.ts'
import { parse } from '../support/events.ts'
import { startIntake } from './fake-world.ts'
import { routed } from './requests.ts'
import {
  type BatchSubject,
  batchSubjects,
  older,
  type SourceSubject,
  strange,
  subjects,
  token,
} from './subjects.ts'

/** What a Lambda function may return, in bytes; more is an error of the server. */
const lambdasMost = 6 * 1024 * 1024

const secretOf = (now: string, previous?: string) => JSON.stringify({ token: now, previous })

test('every kind of source is held to the contract', () => {
  expect(subjects.map(({ declared }) => declared.kind)).toEqual(sourceKinds)
})

describe.each(subjects.map(subject => [subject.declared.kind.name, subject] as const))(
  '%s',
  (_, subject: SourceSubject) => {
    const { declared, sign, documented, events, hints, ignored } = subject
    const good = () => sign(documented, token)

    test('a delivery as it is documented is enqueued and then answered with 202', async () => {
      const { post, world } = startIntake(declared)
      expect(await post(good())).toEqual({
        status: 202,
        body: { accepted: events.length + hints.length, refused: [], ignored },
      })
      expect(world.queue.map(body => JSON.parse(body))).toEqual(events)
      expect(world.hints).toEqual(hints)
      for (const body of world.queue) expect(parse(body).ok).toBe(true)
    })

    test('is told by one record that holds counts and nothing of what came', async () => {
      const { post, world } = startIntake(declared)
      await post(good())
      expect(world.records).toMatchObject([
        { source: 'there', status: 202, accepted: events.length + hints.length, refused: {}, durationMs: 0 },
      ])
      expect(world.records[0]).not.toHaveProperty('unavailable')
      expect(JSON.stringify(world.records)).not.toMatch(/example|whsec|wd-2026|14a42b00/)
      expect(world.troubles).toEqual([])
    })

    test('the same delivery twice is the same events and the same hint twice', async () => {
      const { post, world } = startIntake(declared)
      for (let n = 0; n < 2; n++) expect(await post(good())).toMatchObject({ status: 202 })
      const { length } = world.queue
      expect(world.queue.slice(length / 2)).toEqual(world.queue.slice(0, length / 2))
      expect(world.hints).toEqual([...hints, ...hints])
    })

    test('a body in base64 is the same body', async () => {
      const { postInBase64, world } = startIntake(declared)
      expect(await postInBase64(good())).toMatchObject({ status: 202 })
      expect(world.queue).toHaveLength(events.length)
    })

    test.each<[string, () => ReturnType<typeof good>]>([
      ['another token', () => sign(documented, strange)],
      ['no token', () => ({ headers: { 'content-type': 'application/json' }, body: documented })],
      ['no headers', () => ({ headers: {}, body: documented })],
      ['the token of a rotation long ago', () => sign(documented, older)],
    ])('with %s it is answered with 401 and no word more', async (_name, sent) => {
      const { post, world } = startIntake(declared)
      expect(await post(sent())).toEqual({ status: 401 })
      expect(world.queue).toEqual([])
      expect(world.records).toEqual([
        { source: 'there', status: 401, accepted: 0, refused: {}, ignored: {}, durationMs: 0 },
      ])
    })

    test('during a rotation both tokens do, after it the new one alone', async () => {
      const { post, world } = startIntake(declared)
      world.secret = secretOf(token, older)
      for (const key of [token, older])
        expect(await post(sign(documented, key))).toMatchObject({ status: 202 })
      world.secret = secretOf(token)
      world.now += 30_000
      await post(sign(documented, strange)) // has the secret read afresh
      expect(await post(sign(documented, older))).toEqual({ status: 401 })
      expect(await post(sign(documented, token))).toMatchObject({ status: 202 })
    })

    test('a token that was taken out of the secret counts for five minutes at the most', async () => {
      const { post, world } = startIntake(declared)
      const last = () => post(sign(documented, older))
      world.secret = secretOf(token, older)
      await last()
      world.secret = secretOf(token)
      world.now += 299_999
      expect(await last()).toMatchObject({ status: 202 })
      world.now += 1
      expect(await last()).toEqual({ status: 401 })
    })

    test('a secret that cannot be read again counts as it was', async () => {
      const { post, world } = startIntake(declared)
      await post(good())
      world.secret = new Error('down')
      world.now += 300_000
      expect(await post(good())).toMatchObject({ status: 202 })
      expect(world.reads).toBe(2)
      world.secret = secretOf(older)
      world.now += 300_000
      expect(await post(sign(documented, older))).toMatchObject({ status: 202 })
    })

    test('a token that is not known yet has the secret read afresh, at most once in 30 s', async () => {
      const { post, world } = startIntake(declared)
      world.secret = secretOf(older)
      expect(await post(sign(documented, older))).toMatchObject({ status: 202 })
      world.secret = secretOf(token)
      expect(await post(good())).toMatchObject({ status: 202 })
      expect(world.reads).toBe(2)
      world.secret = secretOf(strange)
      for (let n = 0; n < 5; n++) expect(await post(sign(documented, strange))).toEqual({ status: 401 })
      expect(world.reads).toBe(2)
      world.now += 30_000
      expect(await post(sign(documented, strange))).toMatchObject({ status: 202 })
      expect(world.reads).toBe(3)
    })

    test.each<[string, string | undefined | Error]>([
      ['cannot be read', Object.assign(new Error('hush'), { name: 'AccessDeniedException' })],
      ['is empty', undefined],
      ['is not JSON', 'hush'],
      ['has no token', '{"key":"hush-hush-hush-hush"}'],
      ['has another form', '{"token":"hush"}'],
      ['has a field too many', JSON.stringify({ token, prevoius: older })],
    ])('while the secret %s the sender is told to send again, by 503', async (_name, secret) => {
      const { post, world } = startIntake(declared)
      world.secret = secret
      expect(await post(good())).toEqual({ status: 503 })
      expect(world.troubles).toHaveLength(1)
      expect(JSON.stringify([world.troubles, world.records])).not.toMatch(/hush|whsec_[A-Za-z0-9]/)
      expect(world.records).toMatchObject([{ status: 503, unavailable: 'secret' }])
      world.secret = secretOf(token)
      world.now += 1000
      expect(await post(good())).toMatchObject({ status: 202 })
    })

    test.each([
      ['is not JSON', 'not json', /^\(body\): must be JSON$/],
      ['is empty', '', /^\(body\): must be JSON$/],
      ['is of another form', '"text"', /^\(body\): must be an /],
    ])('a body that %s is answered with 400, naming it', async (_name, body, detail) => {
      const { post, world } = startIntake(declared)
      expect(await post(sign(body, token))).toEqual({
        status: 400,
        body: { detail: expect.stringMatching(detail) },
      })
      expect(world.records).toMatchObject([{ status: 400 }])
    })

    test('a body over 1 MiB is answered with 413, before anything is looked at', async () => {
      const { post, postInBase64, world } = startIntake(declared)
      const exactly = documented.padEnd(1024 * 1024)
      expect(await postInBase64(sign(exactly, token))).toMatchObject({ status: 202 })
      world.secret = new Error('not asked for')
      for (const deliver of [post, postInBase64]) {
        expect(await deliver(sign(`${exactly} `, strange))).toEqual({
          ...{ status: 413, body: { detail: '(body): must be at most 1 MiB' } },
        })
      }
      expect(world.reads).toBe(1)
    })

    test('when SQS does not have every event the sender is told to send again, by 503', async () => {
      const { post, world } = startIntake(declared, {
        send: () => Promise.reject(new Error('1 of 10 messages refused: InternalError')),
      })
      expect(await post(good())).toEqual({ status: 503 })
      expect(world.records).toMatchObject([{ status: 503, accepted: 0, unavailable: 'queue' }])
      expect(world.troubles).toEqual([
        expect.stringMatching(/^events not enqueued; the source gets 503 and must send them again: 1 of 10 /),
      ])
    })

    test('when SQS does not answer, the intake does', async () => {
      const { post, world } = startIntake(declared, { send: () => new Promise(() => {}), deadlineMs: 40 })
      expect(await post(good())).toEqual({ status: 503 })
      expect(world.records).toMatchObject([{ source: 'there', unavailable: 'deadline' }])
    })

    test('another source’s name, and another path, is answered with 404 and no word more', async () => {
      const { post, answer, world } = startIntake(declared)
      for (const name of ['elsewhere', '__proto__', 'constructor', 'there/x', ''])
        expect(await post(good(), name)).toEqual({ status: 404 })
      expect(await answer({})).toEqual({ statusCode: 404 })
      expect(world.records.every(({ source }) => source === null)).toBe(true)
      expect(world.reads).toBe(0)
    })
  },
)

describe.each(batchSubjects.map(subject => [subject.declared.kind.name, subject] as const))(
  '%s, with many events in a delivery',
  (_, { declared, sign, many, bad }: BatchSubject) => {
    test('of a batch the good events are enqueued and the bad ones listed by index', async () => {
      const { post, world } = startIntake(declared)
      const sent = sign(many(12, { 0: bad, 5: null, 13: bad }), token)
      expect(await post(sent)).toEqual({
        status: 202,
        body: {
          accepted: 12,
          refused: [0, 5, 13].map(index => ({ index, reason: 'invalid_event', detail: expect.any(String) })),
          ignored: 0,
        },
      })
      expect(world.queue).toHaveLength(12)
      expect(world.records).toMatchObject([{ accepted: 12, refused: { invalid_event: 3 } }])
    })

    test('a delivery of bad events alone is answered with 400, listing them', async () => {
      const { post, world } = startIntake(declared)
      const { status, body } = await post(sign(many(0, { 0: bad }), token))
      expect(status).toBe(400)
      expect(body).toMatchObject({ accepted: 0, refused: [{ index: 0, reason: 'invalid_event' }] })
      expect(JSON.stringify(body)).not.toContain('yesterday')
      expect(world.queue).toEqual([])
    })

    test('a delivery of more than 5000 events is refused as a whole, for no answer could list them all', async () => {
      const { post, answer, world } = startIntake(declared)
      const bodyOf = (count: number) =>
        many(1, Object.fromEntries(Array.from({ length: count - 1 }, () => 0).entries()))
      expect(await post(sign(bodyOf(5001), token))).toEqual({
        status: 400,
        body: { detail: '(body): must hold at most 5000 events' },
      })
      expect(world.queue).toEqual([])
      const reply = await answer(routed('there', sign(bodyOf(5000), token)))
      expect(JSON.parse(reply.body as string)).toMatchObject({ accepted: 1, refused: { length: 4999 } })
      expect(JSON.stringify(reply).length).toBeLessThan(lambdasMost)
    })

    test('a delivery of nothing is fine', async () => {
      const { post } = startIntake(declared)
      expect(await post(sign(many(0), token))).toMatchObject({ status: 202, body: { accepted: 0 } })
    })
  },
)
