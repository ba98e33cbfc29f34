import { setImmediate } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import type { Breaker } from '../../functions/sync/breaker.ts'
import { createConsumer } from '../../functions/sync/consumer.ts'
import type { SyncWorld } from '../../functions/sync/sync-world.ts'
import { noon } from '../support/events.ts'
import { change, fakeWorld, messageOf } from '../support/world.ts'

const turnMs = 300
const one = messageOf('m1', change(1))

/** A world in which a change has to wait for its turn; `meanwhile` happens while it waits. */
function turning(meanwhile: () => void = () => {}, over: Partial<Breaker> = {}) {
  const { state, world } = fakeWorld()
  const targets: SyncWorld['targets'] = new Map(
    [...world.targets].map(([name, link]) => [
      name,
      { ...link, breaker: { ...link.breaker, turnMs: () => turnMs, ...over } },
    ]),
  )
  const wait = async (ms: number) => {
    state.log.push(`wait ${ms}`)
    for (let turn = 0; turn < 20; turn++) await setImmediate()
    state.now += ms
    meanwhile()
    state.log.push('waited')
  }
  return { state, consume: createConsumer({ ...world, targets, wait }) }
}

test('a change is sent once its turn has come, and not before', async () => {
  const { state, consume } = turning()
  expect(await consume([one], noon + 60_000)).toEqual([])
  expect(state.log.slice(0, 2)).toEqual([`wait ${turnMs}`, 'waited'])
  expect(state.sent).toHaveLength(1)
})

test('a change whose target has had too many calls while it waited goes again without a call', async () => {
  let forMs = 0
  const { state, consume } = turning(
    () => {
      forMs = 7000
    },
    { blocked: () => (forMs > 0 ? { cause: 'resting', forMs } : undefined) },
  )
  expect(await consume([one], noon + 60_000)).toEqual(['m1'])
  expect({ sent: state.sent, retries: state.retries }).toMatchObject({
    sent: [],
    retries: [{ cause: 'resting' }],
  })
  expect(state.retries[0]?.seconds).toBeGreaterThanOrEqual(8)
})

test('a change whose turn would leave no time for its request goes again at once', async () => {
  const { state, consume } = turning()
  const deadline = noon + turnMs + 10_000
  expect(await consume([one], deadline + 10_000 - 1)).toEqual(['m1'])
  expect({ log: state.log, retries: state.retries }).toMatchObject({
    log: ['delay'],
    retries: [{ cause: 'resting' }],
  })
  expect(await consume([one], deadline + 10_000)).toEqual([])
})
