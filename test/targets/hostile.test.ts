import { afterEach, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Answer } from '../../functions/core/outcome/http-answer.ts'
import type { Http } from '../../functions/targets/target.ts'
import { memberId, membership } from '../support/events.ts'
import { json, startServer, type TestServer } from '../support/server.ts'
import { applyOver, type Subject, subjects } from '../support/subjects.ts'

const kinds = ['proven', 'refused', 'deferred', 'unknown']

/** JSON that no id, name or flag can be made of: `String()` of some of it throws. */
const odd = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<unknown>({ toString: 1, valueOf: 2 }, { id: { toString: null } }, [[]], '..', '', -0, null),
)
const ids = fc.oneof(odd, fc.constantFrom<unknown>(membership, memberId, memberId.toUpperCase()))
const groups = fc.oneof(odd, fc.array(fc.oneof(odd, fc.record({ id: odd }))))
const record = fc.record(
  {
    id: ids,
    role_id: odd,
    role: fc.oneof(odd, fc.record({ id: odd })),
    roles: groups,
    owner: fc.oneof(odd, fc.boolean()),
    groups,
  },
  { requiredKeys: [] },
)
const body = fc.oneof(
  odd,
  record,
  fc.record(
    { data: fc.oneof(odd, fc.array(record)), has_more: fc.oneof(odd, fc.boolean()) },
    { requiredKeys: [] },
  ),
  fc.record(
    { results: fc.oneof(odd, fc.array(record)), paginate: fc.oneof(odd, fc.record({ total: odd })) },
    { requiredKeys: [] },
  ),
)
const answer: fc.Arbitrary<Answer> = fc.oneof(
  fc.record(
    {
      kind: fc.constant('answered' as const),
      status: fc.constantFrom(200, 200, 201, 204, 302, 404, 429, 500),
      json: body,
    },
    { requiredKeys: ['kind', 'status'] },
  ),
  fc.record({
    kind: fc.constant('failed' as const),
    failure: fc.constantFrom(
      'timeout' as const,
      'reset' as const,
      'unreachable' as const,
      'no_time' as const,
    ),
    detail: fc.constant('x'),
  }),
)

describe.each(subjects)('$name', (subject: Subject) => {
  const target = subject.connect('https://h.example')

  test('whatever it answers, an attempt has one effect', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(answer, { minLength: 1, maxLength: 6 }), async answers => {
        const queue = [...answers]
        const http: Http = async () => queue.shift() ?? { kind: 'answered', status: 500 }
        const effect = await target.apply(subject.member, subject.wanted, http)
        expect(kinds).toContain(effect.kind)
      }),
      { numRuns: 500, endOnFailure: true },
    )
  })

  test('an id that cannot be made text is no reason to throw', async () => {
    const id = { toString: 1, valueOf: 2 }
    const all = { id, role_id: id, role: { id }, roles: [{ id }], owner: true, groups: [{ id }] }
    const own = { ...all, id: subject.member.split('/').at(-1) }
    for (const one of [all, own]) {
      for (const json of [one, { data: [one] }, { results: [one] }]) {
        for (const first of [json, {}]) {
          const queue: unknown[] = [first]
          const http: Http = async () => ({ kind: 'answered', status: 200, json: queue.shift() ?? json })
          const effect = await target.apply(subject.member, subject.wanted, http)
          expect(effect.kind).not.toBe('proven')
        }
      }
    }
  })

  test('a list that never ends is left when time runs out', async () => {
    const page = {
      data: [{ id: '1', roles: [] }],
      has_more: true,
      results: [{ id: '1' }],
      paginate: { total: 1e9 },
    }
    let calls = 0
    const http: Http = async () =>
      ++calls < 500
        ? { kind: 'answered', status: 200, json: page }
        : { kind: 'failed', failure: 'no_time', detail: 'no time' }
    const effect = await target.apply(subject.member, subject.wanted, http)
    expect(effect.kind).not.toBe('proven')
    expect(calls).toBeLessThanOrEqual(1001)
  })
})

let server: TestServer | undefined
afterEach(() => server?.stop())

test.each(['..', '.', '', '../..', 'a/b'])(
  'the role %j would lead out of the path: nothing is written',
  async id => {
    const { connect, member, wanted } = subjects[1] as Subject
    const roles = [{ id: wanted.roleId }, { id }]
    server = await startServer(response => json(response, 200, { data: [{ id: membership, roles }] }))
    expect(await applyOver(connect(server.url), member, wanted)).toMatchObject({
      kind: 'deferred',
      cause: 'read_failed',
    })
    expect(server.seen.map(({ method }) => method)).toEqual(['GET'])
  },
)

test('one odd member in a list keeps nobody else from a role', async () => {
  const { connect, member, wanted } = subjects[1] as Subject
  const data = [
    { id: '5', roles: null },
    { id: membership, roles: [{ id: wanted.roleId }] },
  ]
  server = await startServer(response => json(response, 200, { data }))
  expect(await applyOver(connect(server.url), member, wanted)).toMatchObject({ kind: 'proven' })
})
