import type { Change } from '../../../functions/core/event/event.ts'
import type { Handler, Instance } from '../lambda.ts'
import { type Place, placesOf } from '../places.ts'
import type { Received } from '../queue.ts'
import type { Site } from '../site.ts'

/** How a peer of ours starts an instance in the simulated world. */
export type BootPeer = (site: Site, instance: Instance) => Handler

/** Sends one change as a plain consumer does: one request, and a 2xx is success. */
function sender(
  { scenario, connect, connectTarget, randomOf, validToken, changeOf }: Site,
  instance: Instance,
) {
  const [place] = placesOf(scenario) as [Place]
  const target = connectTarget(place)
  const send = connect(instance, url => randomOf(`target ${url.split('?')[0]}`))
  return async ({ stored }: Received): Promise<boolean> => {
    const { member, desired } = changeOf(stored.body) as Change
    const answer = await send(target.request(member, desired), validToken(place))
    return answer.kind === 'answered' && answer.status < 300
  }
}

/** All messages of a batch side by side; what failed is reported and comes back after its visibility time-out. */
export const naive: BootPeer = (site, instance) => {
  const send = sender(site, instance)
  return async batch => {
    const sent = await Promise.all(
      batch.map(async received => ((await send(received)) ? [] : [received.stored.id])),
    )
    return sent.flat()
  }
}

/** As `naive`, with idempotency by event in a shared store: what was done once is not done again, a failure is forgotten. */
export const idempotent: BootPeer = (site, instance) => {
  const send = sender(site, instance)
  const done = doneAt(site)
  return async batch => {
    const sent = await Promise.all(
      batch.map(async received => {
        const id = (site.changeOf(received.stored.body) as Change).version.id
        if (done.has(id)) return []
        if (!(await send(received))) return [received.stored.id]
        done.add(id)
        return []
      }),
    )
    return sent.flat()
  }
}

/** In order; at the first failure of a group the rest of that group is given back with it, as the documents advise for FIFO. */
export const inOrder: BootPeer = (site, instance) => {
  const send = sender(site, instance)
  return async batch => {
    const groups = Map.groupBy(batch, ({ stored }) => (site.changeOf(stored.body) as Change).member)
    const failed = await Promise.all(
      [...groups.values()].map(async group => {
        for (const [index, received] of group.entries()) {
          if (!(await send(received))) return group.slice(index).map(({ stored }) => stored.id)
        }
        return []
      }),
    )
    return failed.flat()
  }
}

/** The retries of a durable function's step: exponential from five seconds, with full jitter (the SDK's `createRetryStrategy`). */
export interface StepRetries {
  readonly attempts: number
  /** The longest delay, in milliseconds. */
  readonly longestMs: number
}

/** The SDK's default. */
export const defaultRetries: StepRetries = { attempts: 6, longestMs: 60_000 }

/** What a user sets who thinks of outages: more than a day. */
export const patientRetries: StepRetries = { attempts: 200, longestMs: 900_000 }

/**
 * Durable functions: a starter behind the queue starts an execution for each message, by the message's id, and the message is done. An
 * execution is one step, a write. It sleeps between its attempts and fails after the last one; it knows nothing of the others.
 */
export const durable =
  ({ attempts, longestMs }: StepRetries): BootPeer =>
  (site, { name }) => {
    const started = doneAt(site)
    const random = site.randomOf(`executions of ${name}`)
    const execute = async (received: Received) => {
      const id = `execution ${received.stored.id}`
      const send = sender(site, { name: id, alive: true, calls: 0, skew: 0 })
      for (let attempt = 1; !(await send(received)) && attempt < attempts; attempt++) {
        const fullMs = Math.min(5000 * 2 ** (attempt - 1), longestMs)
        await site.clock.sleep(Math.max(1000, 1000 * Math.round((random() * fullMs) / 1000)))
      }
    }
    return async batch => {
      for (const received of batch) {
        if (started.has(received.stored.id)) continue
        started.add(received.stored.id)
        void execute(received)
      }
      return []
    }
  }

const stores = new WeakMap<Site, Set<string>>()

function doneAt(site: Site): Set<string> {
  const done = stores.get(site) ?? new Set<string>()
  stores.set(site, done)
  return done
}
