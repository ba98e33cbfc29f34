import type { SQSClient } from '@aws-sdk/client-sqs'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { createLetters } from '../../functions/aws/dead-letter-queue.ts'
import { createSender } from '../../functions/aws/sqs-send.ts'
import { applyPlan } from '../../functions/replay/apply-plan.ts'
import { drain } from '../../functions/replay/drain-letters.ts'
import { makePlan } from '../../functions/replay/make-plan.ts'
import type { ReplayWorld } from '../../functions/replay/replay-world.ts'
import { startQueues, type TestQueues } from '../support/queue.ts'
import { apply, bodyFor, buriedAs, type FakeWorld, fakeWorld } from './fake-world.ts'

let queues: TestQueues
beforeEach(async () => {
  queues = await startQueues()
})
afterEach(() => queues.stop())

/** A world whose queues are SQS, and what it remembers of the rest; its clock does not move. */
function overSqs(client: SQSClient = queues.client): ReplayWorld & { readonly fake: FakeWorld } {
  const fake = fakeWorld()
  const letters = createLetters(queues.deadLetters, client)
  return { ...fake, fake, letters, change: createSender(queues.changes, client) }
}

const bury = (count: number) =>
  queues.bury(
    Array.from({ length: count }, (_, n) => {
      const body = bodyFor(n % 2000, `e${n}`, 5)
      return { body, attributes: buriedAs('gave_up', body) }
    }),
  )
const idsOf = (queue: 'changes' | 'dead-letters') =>
  queues.stored(queue).map(({ body }) => String(JSON.parse(body).id))

test('10,000 letters are planned, applied and drained, few of them in memory at once', async () => {
  await bury(10_000)
  let received = 0
  let most = 0
  let planned = 0
  const counting: SQSClient = Object.assign(Object.create(queues.client), {
    send: async (command: never) => {
      const answer = (await queues.client.send(command)) as { Messages?: unknown[] }
      received += answer.Messages?.length ?? 0
      most = Math.max(most, received - planned)
      return answer
    },
  })
  const world = overSqs(counting)
  for (let n = 0; n < 1600; n++) apply(world.fake, n, 'newer', 30)

  const plan = await makePlan(world, {
    onLetter: () => {
      planned += 1
    },
  })
  expect(plan.counts).toMatchObject({ apply: 2000, superseded: 8000 })
  expect(plan.letters).toHaveLength(10_000)
  expect(world.fake.reads).toBe(2000)
  // Eight receives of ten, and those that are being planned.
  expect(most).toBeLessThanOrEqual(80 + 16)
  expect(JSON.stringify(plan).length / 10_000).toBeLessThan(500)

  const tenth = plan.letters.filter(({ event }) => event?.endsWith('0'))
  expect(await applyPlan({ ...plan, letters: tenth }, world, { rate: 100_000 })).toMatchObject({
    ...{ sent: 200, removed: 800, refused: 0, missing: 0, stopped: false },
  })
  expect(await drain(world, { renewAfterMs: 864_000_000 })).toMatchObject({ superseded: 7200, kept: 1800 })
  expect(new Set([...idsOf('changes'), ...idsOf('dead-letters')]).size).toBe(2000)
})

test('two operators who apply the same plan at once lose nothing, and at the worst repeat a letter', async () => {
  await bury(300)
  const [ada, bob] = [overSqs(), overSqs()]
  const plan = await makePlan(ada)
  const results = await Promise.all([ada, bob].map(world => applyPlan(plan, world, { rate: 2000 })))
  const left = idsOf('dead-letters')
  expect(new Set([...idsOf('changes'), ...left]).size).toBe(300)
  expect(results.reduce((sum, { sent }) => sum + sent, 0)).toBe(idsOf('changes').length)
  expect(left).toEqual([])
})
