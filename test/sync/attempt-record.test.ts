import { afterEach, describe, expect, test } from '@jest/globals'
import type { Answer } from '../../functions/core/outcome/http-answer.ts'
import { watched } from '../../functions/sync/traced-http.ts'
import { createSend } from '../../functions/targets/http-client.ts'
import type { TargetRequest } from '../../functions/targets/target.ts'
import { effects } from '../support/entries.ts'
import { bodyOf, memberId, noon, projectId } from '../support/events.ts'
import { fakeHistory } from '../support/history.ts'
import { json, startServer } from '../support/server.ts'
import { change, fakeWorld, messageOf } from '../support/world.ts'

const traceId = '0af7651916cd43dd8448eb211c80319c'
const traced = bodyOf({ traceparent: `00-${traceId}-b7ad6b7169203331-01` })
const request: TargetRequest = { method: 'PUT', url: 'https://h.example' }
const stops: (() => Promise<void>)[] = []
afterEach(() => Promise.all(stops.splice(0).map(stop => stop())))

/** A way to a target that gives these answers, and what it was asked. */
function way(body: string, answers: Answer[] = []) {
  const asked: TargetRequest[] = []
  const http = async (sent: TargetRequest): Promise<Answer> => {
    asked.push(sent)
    return answers.shift() ?? { kind: 'answered', status: 200 }
  }
  let n = 0
  return { asked, ...watched(http, body, () => ++n / 16) }
}

describe('the requests of an attempt', () => {
  test("are part of the trace that the event names, with a parent of the attempt's own", async () => {
    const { http, asked, facts } = way(traced)
    await http(request)
    await http(request)
    const traceparent = `00-${traceId}-1000000020000000-01`
    expect(asked).toEqual([
      { ...request, traceparent },
      { ...request, traceparent },
    ])
    expect(facts()).toEqual({ calls: 2, traceId, spanId: '1000000020000000' })
  })
  test.each([
    ['names none', bodyOf()],
    ['names a wrong one', bodyOf({ traceparent: `00-${traceId}-b7ad6b7169203331-01\r\nx: y` })],
  ])('are plain where the event %s', async (_, body) => {
    const { http, asked, facts } = way(body)
    await http(request)
    expect(asked).toEqual([request])
    expect(facts()).toEqual({ calls: 1 })
  })
  test('are counted where they were made', async () => {
    const failed = (failure: 'no_time' | 'no_credentials' | 'timeout'): Answer => ({
      kind: 'failed',
      failure,
      detail: '',
    })
    const { http, facts } = way(bodyOf(), [
      ...[failed('no_time'), failed('no_credentials'), failed('timeout'), failed('timeout')],
    ])
    const counts: number[] = []
    for (let n = 0; n < 5; n++) {
      await http(request)
      counts.push(facts().calls)
    }
    expect(counts).toEqual([0, 0, 1, 2, 3])
  })
  test('bear it as a header', async () => {
    const server = await startServer(response => json(response, 200, {}))
    stops.push(server.stop)
    const send = createSend(5000, Date.now)
    const { http } = watched(each => send(each, 'token'), traced, Math.random)
    await http({ method: 'GET', url: server.url })
    await send({ method: 'GET', url: server.url }, 'token')
    expect(server.seen[0]?.headers.traceparent).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`))
    expect(server.seen[1]?.headers).not.toHaveProperty('traceparent')
  })
})

describe('what is told of a message', () => {
  const traceparent = `00-${traceId}-b7ad6b7169203331-00`
  const withTrace = (body: string) => JSON.stringify({ ...JSON.parse(body), traceparent })

  test('names its trace, in every line', async () => {
    const { run, state } = fakeWorld({ effects: [effects.deferred] })
    await run(
      messageOf('m1', withTrace(change(1))),
      messageOf('m2', withTrace(change(2, { member: '3' }))),
      messageOf('m3', `{"traceparent":"${traceparent}"}`),
    )
    const told = [...state.attempts, ...state.outcomes, ...state.retries]
    expect(told.map(record => record.traceId)).toEqual(told.map(() => traceId))
    expect(told).toHaveLength(4)
    const spans = [state.attempts[0], state.outcomes.find(({ messageId }) => messageId === 'm2')].map(
      record => record?.spanId,
    )
    expect(spans).toEqual([expect.stringMatching(/^[0-9a-f]{16}$/), expect.stringMatching(/^[0-9a-f]{16}$/)])
    expect(spans[0]).not.toBe(spans[1])
  })
  test('is how old it is, and what was decided', async () => {
    const { run, state } = fakeWorld({ effects: [effects.deferred] })
    const sentAt = noon - 5000
    await run(messageOf('m1', change(1), { sentAt }), messageOf('m2', '{', { sentAt: noon + 1 }))
    expect(state.retries).toMatchObject([{ ageMs: 5000 }])
    expect(state.outcomes).toMatchObject([{ ageMs: 0 }])
  })
  test.each([
    ['09:15:01.25Z', 9_898_750],
    ['13:00:01.250999999+01:00', -1250],
  ])('is the time from the event to its proof: %s', async (time, ms) => {
    const { run, state } = fakeWorld()
    await run(messageOf('m1', bodyOf({ time: `2026-11-23T${time}` })))
    expect(state.outcomes).toMatchObject([{ timeToEffectMs: Math.max(0, ms), effectMs: 0 }])
  })
})

test('a withdrawal is told with the time for which access stays open: until its proof, however late that is told', async () => {
  const { store } = fakeHistory()
  const put: typeof store.put = items => {
    state.now += 60_000
    return store.put(items)
  }
  const { run, state } = fakeWorld({
    history: { store: { ...store, put }, keepMs: 0 },
    effects: [effects.deferred],
  })
  const time = new Date(noon - 5000).toISOString()
  const withdrawal = bodyOf({ time, data: { target: 'project', projectId, memberId, role: 'reader' } })
  await run(messageOf('m1', withdrawal))
  expect(state.retries).toMatchObject([{ exposureMs: 5000 }])
  state.now += 1000
  await run(messageOf('m1', withdrawal, { receives: 2 }), messageOf('m2', change(1)))
  expect(state.outcomes.map(({ messageId, exposureMs }) => [messageId, exposureMs])).toEqual([
    ['m1', 6000],
    ['m2', undefined],
  ])
})

describe('what is told of an attempt', () => {
  test.each([
    ['may yet land', effects.unanswered, true],
    ['was answered', effects.answered, undefined],
    ['is proven', effects.proven, undefined],
  ])('is whether its write is unanswered: it %s', async (_, effect, unanswered) => {
    const { run, state } = fakeWorld({ effects: [effect] })
    await run(messageOf('m1', change(1)))
    expect(state.attempts.map(record => record.unanswered)).toEqual([unanswered])
  })
  test('is that the breaker opened', async () => {
    const { run, state } = fakeWorld({ effects: Array(5).fill(effects.unanswered) })
    for (let n = 0; n < 5; n++) await run(messageOf(`m${n}`, change(1, { member: `${n + 10}` })))
    expect(state.attempts.map(record => record.breakerOpen)).toEqual([...Array(4).fill(undefined), true])
  })
})
