import { setImmediate } from 'node:timers/promises'
import type { Message } from '../../../functions/core/event/sqs-message.ts'
import type { Http } from '../../../functions/targets/target.ts'
import { messageOf } from '../events.ts'
import { memoryWorld, proving } from './world.ts'

const members = 1000
const batchesAtOnce = 10
/** How long a wave of batches takes by the world's clock, in milliseconds. */
const waveMs = 200

/** An answer that takes a turn, so that batches which run at once meet. */
const slowly: Http = async request => {
  await setImmediate()
  return proving(request)
}

/** Hot members: one in a hundred has half of the changes; against the same changes spread evenly. */
export async function hot(changes = 5000) {
  const even = await drain(Array.from({ length: changes }, (_, n) => messageOf(n, n % members)))
  const spread = await drain(
    Array.from({ length: changes }, (_, n) => messageOf(n, n % 2 ? n % (members / 100) : n % members)),
  )
  return (['deliveries', 'calls', 'ledger'] as const).flatMap(measure =>
    [
      { growth: 'members all alike', value: even[measure] },
      { growth: '1 % of the members have half', value: spread[measure] },
    ].map(({ growth, value }) => ({
      ...{ growth, measure: `${measure}/event`, value: Number(value.toFixed(2)) },
      'to the smallest': Number((value / even[measure]).toFixed(2)),
    })),
  )
}

/** Delivers until all are done, each message again when its delay is over. */
async function drain(messages: readonly Message[]) {
  const world = memoryWorld(slowly)
  let waiting = [...messages]
  let deliveries = 0
  while (waiting.length > 0) {
    const visible = waiting.filter(({ id }) => (world.delays.get(id) ?? 0) <= world.clock.now)
    const wave = visible.slice(0, batchesAtOnce * 10)
    const batches = Array.from({ length: Math.ceil(wave.length / 10) }, (_, batch) =>
      wave.slice(batch * 10, batch * 10 + 10),
    )
    deliveries += wave.length
    const failed = new Set((await Promise.all(batches.map(world.consume))).flat())
    const delivered = new Set(wave)
    waiting = waiting.filter(message => !delivered.has(message) || failed.has(message.id))
    world.clock.now += waveMs
  }
  const { calls, ledger } = world
  return {
    deliveries: deliveries / messages.length,
    calls: (calls.reads + calls.writes) / messages.length,
    ledger: (ledger.reads + ledger.writes) / messages.length,
  }
}
