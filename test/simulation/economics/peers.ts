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

const stores = new WeakMap<Site, Set<string>>()

function doneAt(site: Site): Set<string> {
  const done = stores.get(site) ?? new Set<string>()
  stores.set(site, done)
  return done
}
