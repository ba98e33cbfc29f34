import { type DeadLetter, namesAsRead } from '../core/dead-letter/dead-letter.ts'
import { settledBy } from '../core/dead-letter/replay-verdict.ts'
import type { Change, Named } from '../core/event/event.ts'
import { forEachOf } from '../core/for-each-of.ts'
import type { ReplayWorld } from './replay-world.ts'

/** The minimum of replays that are dead again before a plan stops. */
const minDead = 5

/**
 * The interval between two passes over the dead-letter queue, in milliseconds: the minimum at the start and after a dead replay,
 * growing to the maximum otherwise, because a pass hides letters from other readers. It is also at least
 * `intervalPerPass` times the duration of the last pass.
 */
const minIntervalMs = 1000
const maxIntervalMs = 5000
const intervalPerPass = 10

/** How long a letter stays hidden if this process dies, in seconds. */
const hideSeconds = 60

/** How many ledger entries are read at once. */
const reads = 16

/** Watches the replays of one plan. */
export interface Watch {
  /** How many are known to be dead again. */
  readonly dead: number
  /** Notes a letter before its send to the changes queue. `change` is undefined if the letter names a person. */
  readonly sent: (letter: DeadLetter, named: Named, change: Change | undefined) => void
  /** Notes a received dead letter, of this plan or not. */
  readonly met: (letter: DeadLetter) => void
  /** Checks the queue if it is time. True if five or more replays are dead again and they are more than half of the ended ones. */
  readonly isTooMuch: () => Promise<boolean>
}

/**
 * Creates the watch of one plan. A replay that is dead again claims the hash of its plan. Any producer can claim a hash, so only
 * events that were sent here count, each once.
 */
export function watchPlan(plan: string, world: ReplayWorld): Watch {
  const { letters, ledger, parse, now } = world
  const sent = new Set<string>()
  const dead = new Set<string>()
  const open = new Map<string, { letter: Pick<DeadLetter, 'messageId'>; change: Change }>()
  /** Letters that name a person. They have no ledger entry, so they count as done unless they are dead again. */
  const people = new Set<string>()
  let done = 0
  let next: number | undefined
  let intervalMs = minIntervalMs

  const met: Watch['met'] = letter => {
    if (letter.trail?.claimed?.plan !== plan) return
    const key = keyOf(namesAsRead(letter, parse, now()))
    if (!sent.has(key)) return
    dead.add(key)
    open.delete(key)
    people.delete(key)
  }
  const look = async () => {
    for await (const letter of letters.look({ hideSeconds, quick: true })) met(letter)
  }
  /** Moves finished changes from open to done. A change whose entry cannot be read stays open. */
  const readOpen = () =>
    forEachOf([...open], reads, async ([key, { letter, change }]) => {
      const entry = await ledger.read(change.member).catch(() => undefined)
      if (!settledBy(letter, change, entry)) return
      open.delete(key)
      done += 1
    })

  return {
    get dead() {
      return dead.size
    },
    met,
    sent: ({ messageId }, named, change) => {
      next ??= now() + minIntervalMs
      const key = keyOf(named)
      sent.add(key)
      if (change) open.set(key, { letter: { messageId }, change })
      else people.add(key)
    },
    isTooMuch: async () => {
      if (next === undefined || now() < next) return false
      const begun = now()
      await look()
      if (dead.size >= minDead) await readOpen()
      intervalMs = dead.size > 0 ? minIntervalMs : Math.min(2 * intervalMs, maxIntervalMs)
      next = now() + Math.max(intervalMs, intervalPerPass * (now() - begun))
      return dead.size >= minDead && dead.size > done + people.size
    },
  }
}

const keyOf = ({ source, event }: Named): string => JSON.stringify([source, event])
