import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Effect } from '../../../functions/core/outcome/effect.ts'
import { type Answer, type RequestFailure, shapeOf } from '../../../functions/core/outcome/http-answer.ts'
import {
  type Accepted,
  isAccepted,
  judge,
  type Phase,
  settle,
} from '../../../functions/core/outcome/judge.ts'

const phases: readonly Phase[] = ['before', 'write', 'after']
const statuses = Array.from({ length: 400 }, (_, index) => index + 200)
const failures: readonly RequestFailure[] = ['unreachable', 'no_time', 'no_credentials', 'timeout', 'reset']

/** The table of functions/README.md#what-an-answer-means for the write, in the words `kind cause-or-reason [answered]`. */
function table(status: number): string {
  if (status < 300) return 'unknown unreadable true'
  if (status < 400) return 'refused redirected'
  if (status === 401) return 'deferred credentials_rejected'
  if (status === 403) return 'refused forbidden'
  if (status === 404) return 'refused not_found'
  if (status === 429) return 'deferred throttled'
  if ([408, 409, 425].includes(status)) return 'deferred not_now'
  if (status < 500) return 'refused rejected'
  return `unknown server_error ${status !== 502 && status !== 504}`
}

const broken: Readonly<Record<RequestFailure, string>> = {
  unreachable: 'deferred unreachable',
  no_time: 'deferred no_time',
  no_credentials: 'deferred no_credentials',
  timeout: 'unknown timeout false',
  reset: 'unknown reset false',
}

/** What the same answer means to a read before anything was sent, and to the read-back after a 2xx to the write. */
function inPhase(phase: Phase, write: string): string {
  if (phase === 'write') return write
  if (phase === 'after') return 'unknown read_back_failed true'
  return write.startsWith('deferred') || write === 'refused not_found' ? write : 'deferred read_failed'
}

function words(effect: Effect): string {
  switch (effect.kind) {
    case 'proven':
      return 'proven'
    case 'refused':
      return `refused ${effect.reason}`
    case 'deferred':
      return `deferred ${effect.cause}`
    case 'unknown':
      return `unknown ${effect.cause} ${effect.answered}`
  }
}

describe.each(phases)('%s the write', phase => {
  test('every status from 200 to 599 without JSON has its one effect', () => {
    for (const status of statuses) {
      const judged = judge(phase, { kind: 'answered', status })
      expect({ status, judged: judged.ok || words(judged.effect) }).toEqual({
        status,
        judged: inPhase(phase, table(status)),
      })
    }
  })
  test('a 2xx with JSON is for the target to compare, any other status means the same with JSON', () => {
    for (const json of [{}, null, [], 'text', 0, false, { error: { message: 'no' } }]) {
      for (const status of statuses) {
        const judged = judge(phase, { kind: 'answered', status, json })
        if (status < 300) expect(judged).toEqual({ ok: true, status, json })
        else
          expect({ status, judged: !judged.ok && words(judged.effect) }).toEqual({
            status,
            judged: inPhase(phase, table(status)),
          })
      }
    }
  })
  test('a delay that was asked for is kept, whatever goes again', () => {
    for (const status of statuses) {
      const judged = judge(phase, { kind: 'answered', status, retryAfterMs: 7000 })
      if (judged.ok || judged.effect.kind === 'proven' || judged.effect.kind === 'refused') continue
      const fromRefusal = table(status).startsWith('refused')
      expect({ status, delayMs: judged.effect.delayMs }).toStrictEqual({
        status,
        delayMs: fromRefusal ? undefined : 7000,
      })
    }
  })
  test.each(failures)('%s has its one effect', failure => {
    const judged = judge(phase, { kind: 'failed', failure, detail: 'why' })
    expect(!judged.ok && words(judged.effect)).toBe(inPhase(phase, broken[failure]))
    expect(!judged.ok && judged.effect).toMatchObject({ detail: 'why' })
  })
  test('a status below 200 is no success, whatever comes with it', () => {
    for (const status of [100, 101, 103, 199])
      expect(judge(phase, { kind: 'answered', status, json: {} }).ok).toBe(false)
  })
  test('the target’s words are the detail', () => {
    const judged = judge(phase, { kind: 'answered', status: 422, json: { error: 'bad role' } })
    expect(!judged.ok && judged.effect).toMatchObject({ status: 422, detail: 'bad role' })
  })
})

describe('an effect holds what the answer said, and no field for what it did not', () => {
  const answer = { kind: 'answered', status: 503 } as const
  const unknown = { kind: 'unknown', cause: 'server_error', answered: true, status: 503 }
  const failed = { kind: 'deferred', cause: 'read_failed', status: 503 }
  test.each<[what: string, phase: Phase, answer: Answer, effect: object]>([
    ['an answer without words', 'write', answer, { ...unknown, detail: 'answered 503' }],
    ['a delay', 'write', { ...answer, retryAfterMs: 0 }, { ...unknown, detail: 'answered 503', delayMs: 0 }],
    ['a read', 'before', { ...answer, json: { message: 'down' } }, { ...failed, detail: 'down' }],
    [
      'a read, with a delay',
      'before',
      { ...answer, retryAfterMs: 9 },
      { ...failed, detail: 'answered 503', delayMs: 9 },
    ],
    [
      'a read that was refused, which asks for no delay',
      'before',
      { ...answer, status: 403, retryAfterMs: 9 },
      { ...failed, status: 403, detail: 'answered 403' },
    ],
    [
      'a read that was throttled',
      'before',
      { ...answer, status: 429, retryAfterMs: 9 },
      { kind: 'deferred', cause: 'throttled', status: 429, detail: 'answered 429', delayMs: 9 },
    ],
    [
      'a read without an answer',
      'before',
      { kind: 'failed', failure: 'reset', detail: 'ECONNRESET' },
      { kind: 'deferred', cause: 'read_failed', detail: 'ECONNRESET' },
    ],
  ])('%s', (_, phase, given, effect) => {
    expect(judge(phase, given)).toStrictEqual({ ok: false, effect })
  })
})

const page = { why: 'not JSON', contentType: 'text/html', bytes: 83 } as const
const answered = (status: number, body: object = {}): Answer => ({ kind: 'answered', status, ...body })
const taken = (body: object): Accepted => judge('write', answered(200, body)) as Accepted

describe('what is told of an answer without words', () => {
  test.each([
    [200, { unreadable: page }, 'answered 200 with a body that is not JSON (text/html, 83 bytes)'],
    [503, { unreadable: page }, 'answered 503 with a body that is not JSON (text/html, 83 bytes)'],
    [
      200,
      { unreadable: { why: 'not UTF-8', bytes: 0 } },
      'answered 200 with a body that is not UTF-8 (no content type, 0 bytes)',
    ],
    [500, { unreadable: { why: 'cut off' } }, 'answered 500 with a body that is cut off (no content type)'],
    [204, {}, 'answered 204 without a body'],
    [404, {}, 'answered 404'],
    [200, { json: null }, 'answered 200'],
  ] as const)('%i %j', (status, body, words) => {
    expect(shapeOf({ kind: 'answered', status, ...body })).toBe(words)
    if ('json' in body) return
    const judged = judge('write', answered(status, body))
    expect(judged).toMatchObject({ effect: { detail: words } })
  })
})

describe('a 2xx to the write', () => {
  const unreadable = { kind: 'unknown', cause: 'unreadable', answered: true, status: 200 }
  const other = { kind: 'other', status: 201, detail: 'it shows another' } as const
  const failed = {
    kind: 'failed',
    effect: {
      kind: 'unknown',
      cause: 'read_back_failed',
      answered: true,
      ...{ status: 429, detail: 'slowly', delayMs: 7 },
    },
  } as const

  test('is taken, whatever its body; nothing else is', () => {
    for (const status of statuses)
      for (const body of [{}, { json: {} }, { unreadable: page }])
        expect({ status, accepted: isAccepted(judge('write', answered(status, body))) }).toEqual({
          status,
          accepted: status < 300,
        })
    for (const failure of failures)
      expect(isAccepted(judge('write', { kind: 'failed', failure, detail: '' }))).toBe(false)
  })
  test('is told apart by its body', () => {
    expect(taken({})).toMatchObject({ body: 'empty', effect: unreadable })
    expect(taken({ unreadable: page })).toMatchObject({ body: 'unreadable', effect: unreadable })
    expect(taken({ json: null })).toEqual({ ok: true, status: 200, json: null })
  })
  test('of a read is told apart by nothing', () => {
    for (const phase of ['before', 'after'] as const)
      for (const body of [{}, { unreadable: page }]) {
        const judged = judge(phase, answered(200, body))
        expect(isAccepted(judged)).toBe(false)
      }
  })

  const bodies = [{ json: {} }, {}, { unreadable: page }]
  const pairs = bodies.flatMap(first => [[first], ...bodies.map(second => [first, second])])
  test.each(pairs.map(given => [given]))('%j: the read-back decides', given => {
    const written = given.map(taken)
    const doubted = given.some(body => 'unreadable' in body)
    expect(settle(written, { kind: 'wanted', status: 202 })).toEqual({ kind: 'proven', status: 202 })
    expect(settle(written, other)).toEqual(
      doubted
        ? { ...unreadable, detail: expect.stringMatching(/83 bytes.*; it shows another$/) }
        : { kind: 'refused', reason: 'no_effect', status: 201, detail: 'it shows another' },
    )
    expect(settle(written, failed)).toEqual(
      doubted
        ? { ...unreadable, delayMs: 7, detail: expect.stringMatching(/83 bytes.*read-back failed: slowly$/) }
        : failed.effect,
    )
  })
})

const answers: fc.Arbitrary<Answer> = fc.oneof(
  fc.record(
    {
      kind: fc.constant('answered' as const),
      status: fc.integer({ min: 200, max: 599 }),
      json: fc.jsonValue(),
      retryAfterMs: fc.nat(),
    },
    { requiredKeys: ['kind', 'status'] },
  ),
  fc.record({
    kind: fc.constant('failed' as const),
    failure: fc.constantFrom(...failures),
    detail: fc.string(),
  }),
)

test('before the write nothing is ever unknown, and after it nothing is deferred or refused', () => {
  fc.assert(
    fc.property(answers, answer => {
      const before = judge('before', answer)
      const after = judge('after', answer)
      if (!before.ok) expect(before.effect.kind).toMatch(/^(deferred|refused)$/)
      if (!after.ok) expect(after.effect).toMatchObject({ kind: 'unknown', answered: true })
      for (const phase of phases) {
        const judged = judge(phase, answer)
        if (!judged.ok) expect(judged.effect.kind).not.toBe('proven')
      }
    }),
    { numRuns: 500 },
  )
})
