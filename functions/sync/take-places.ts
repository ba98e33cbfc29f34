import { BoundedMap } from '../core/bounded-map.ts'
import { allowedOf, type BurstLimit } from '../core/guard/burst.ts'
import { burstKey, type Claim, type Place, placeEnd, takePlaces } from '../core/guard/burst-places.ts'
import { createEntryUpdater, type UpdateEntry } from './conditional-write.ts'
import type { SyncWorld, TakePlace } from './sync-world.ts'

/** The most places whose changes are looked up at once when none is free. */
const mostLookedUp = 25

/** Many instances may write one item at once, and an item has up to 500 places: more tries and less memory than for entries. */
const itemLimits = { tries: 20, remembered: 50 }

/** Claims of one burst that are made with one step. */
interface Round {
  readonly claims: Claim[]
  readonly without: Promise<readonly Claim[]>
}

/**
 * Takes places (functions/README.md#places-in-a-burst). Claims that come while a step of the same burst is under way are made together with the next
 * one: an instance does not compete with itself. Of a trial a place is over one window after it was taken, and no end is looked up.
 */
export function createPlaceTaker(
  update: UpdateEntry,
  { guards, now, random, hash, rules }: SyncWorld,
): TakePlace {
  if (!guards) return async () => false
  const updateItem = createEntryUpdater(guards.bursts, now, itemLimits)
  const running = new BoundedMap<string, Promise<unknown>>(1000)
  const next = new Map<string, Round>()
  /**
   * How long after the end of a change its member may still be written: another message of the member may have passed here just before,
   * and then has an invocation, a lease and a last write.
   */
  const afterEndMs = 2 * rules.leaseMs + rules.landWithinMs

  const takeAll = async (key: string, limit: BurstLimit, claims: readonly Claim[], until: number) => {
    const { windowMs, isTrial = false } = limit
    const allowed = allowedOf(limit)
    const keepMs = windowMs + afterEndMs
    const over = new Set<string>()
    const nameOf = ({ member, message }: Place) => `${member} ${message}`
    const isOver = (place: Place) => (isTrial ? now() - place.at >= windowMs : over.has(nameOf(place)))
    const step = (wanted: readonly Claim[]) =>
      updateItem(key, item => takePlaces(item, key, wanted, { allowed, keepMs }, isOver, now()), until)
    const lookUp = async (place: Place): Promise<void> => {
      const found = await update(
        place.member,
        entry => {
          const end = placeEnd(entry, place, hash)
          return { kind: end !== undefined && now() - end >= keepMs ? 'finished' : 'open' }
        },
        until,
      )
      if (found.kind === 'finished') over.add(nameOf(place))
    }

    const { places, without } = await step(claims)
    if (without.length === 0 || isTrial) return without
    const looked = await Promise.allSettled(
      places
        .filter(({ at }) => now() - at >= keepMs)
        .map(place => ({ place, order: random() }))
        .toSorted((a, b) => a.order - b.order)
        .slice(0, mostLookedUp)
        .map(({ place }) => lookUp(place)),
    )
    if (over.size > 0) return (await step(without)).without
    const failed = looked.find(each => each.status === 'rejected')
    if (failed) throw failed.reason
    return without
  }

  const roundOf = (key: string, limit: BurstLimit, until: number): Round => {
    const claims: Claim[] = []
    const begin = () => {
      next.delete(key)
      return takeAll(key, limit, claims, until)
    }
    const without = (running.get(key) ?? Promise.resolve()).then(begin, begin)
    const round = { claims, without }
    next.set(key, round)
    running.set(key, without)
    return round
  }

  return async (limit, claim, until) => {
    const key = burstKey(limit.burst, hash, limit.isTrial)
    const { claims, without } = next.get(key) ?? roundOf(key, limit, until)
    claims.push(claim)
    return !(await without).includes(claim)
  }
}
