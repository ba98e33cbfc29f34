import { type DeadLetter, namesAsRead } from '../core/dead-letter/dead-letter.ts'
import { settledBy } from '../core/dead-letter/replay-verdict.ts'
import type { Change, Named } from '../core/event/event.ts'
import { forEachOf } from '../core/for-each-of.ts'
import type { ReplayWorld } from './replay-world.ts'

/** Replays that have to come back dead before a plan is stopped, however few came back at all. */
const fewestDead = 5

/**
 * How long is waited between two looks for them, in milliseconds: at first and once one came back dead, and at the most
 * where none does, for a look hides letters from whoever sends them. Never less than so many times the last look took.
 */
const lookEveryMs = 1000
const calmMs = 5000
const restAfterLook = 10

/** How long a letter stays hidden should this process die, in seconds. */
const hideSeconds = 60

/** Ledger entries that are read at once. */
const reads = 16

/** Watches what becomes of the replays of one plan. */
export interface Watch {
  /** How many came back dead, as far as it is known. */
  readonly dead: number
  /** A letter of the plan is being sent to the changes queue; `change` is undefined where it names a person. */
  readonly sent: (letter: DeadLetter, named: Named, change: Change | undefined) => void
  /** A letter was met on the dead-letter queue; most are none of the plan's. */
  readonly met: (letter: DeadLetter) => void
  /** Looks, when it is time for it, and says whether to stop: five came back dead, and more than half of what came back. */
  readonly isTooMuch: () => Promise<boolean>
}

/**
 * A replay that came back dead claims the hash of the plan that sent it. Any producer can claim one: only a letter of an event
 * that was sent here counts, and each event once.
 */
export function watchPlan(plan: string, world: ReplayWorld): Watch {
  const { letters, ledger, parse, now } = world
  /** The events that were sent, by their names. */
  const sent = new Set<string>()
  const dead = new Set<string>()
  const open = new Map<string, { letter: Pick<DeadLetter, 'messageId'>; change: Change }>()
  /** Letters that name a person: no ledger entry tells what became of them, so that they are done unless they come back. */
  const people = new Set<string>()
  let done = 0
  let next: number | undefined
  let restMs = lookEveryMs

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
  /** Takes those out of the open ones that are in effect, or finished by what is; one that cannot be read stays open. */
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
      next ??= now() + lookEveryMs
      const key = keyOf(named)
      sent.add(key)
      if (change) open.set(key, { letter: { messageId }, change })
      else people.add(key)
    },
    isTooMuch: async () => {
      if (next === undefined || now() < next) return false
      const begun = now()
      await look()
      if (dead.size >= fewestDead) await readOpen()
      restMs = dead.size > 0 ? lookEveryMs : Math.min(2 * restMs, calmMs)
      next = now() + Math.max(restMs, restAfterLook * (now() - begun))
      return dead.size >= fewestDead && dead.size > done + people.size
    },
  }
}

const keyOf = ({ source, event }: Named): string => JSON.stringify([source, event])
