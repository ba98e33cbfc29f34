import type { Random } from '../../simulation/random.ts'
import type { Product } from '../product.ts'
import type { Journal } from '../targets/journal.ts'
import type { Timings } from '../timings.ts'
import type { Doing, Strike, Struck } from './protocol.ts'

/** When a strike is made, counted from the one before: at the nth write that a target sees, or after a while. */
export type Planned =
  | { readonly at: 'write'; readonly n: number; readonly strike: Strike }
  | { readonly at: 'moment'; readonly ms: number; readonly strike: Strike }

/** The strikes of one process: first always in a write, then as the dice fall. */
export const strikesOf = (count: number, timings: Timings, random: Random): Planned[] =>
  Array.from({ length: count }, (_, index) => {
    const dice = random()
    if (index === 0) return { at: 'write', n: random.between(1, 3), strike: { strike: 'kill all' } }
    if (dice < 0.2) return { at: 'write', n: random.between(1, 12), strike: { strike: 'kill all' } }
    return { at: 'moment', ms: random.between(0, 1500), strike: strikeOf(dice, timings, random) }
  })

function strikeOf(dice: number, { functionTimeoutSeconds }: Timings, random: Random): Strike {
  const afterMs = random.between(0, random.pick([5, 50, 300]))
  if (dice < 0.55) return { strike: 'kill one', afterMs, dice: random() }
  if (dice < 0.65) return { strike: 'kill new', afterMs }
  // Some wake up in time, some are cut off by their time-out.
  const forMs = random.between(50, functionTimeoutSeconds * 1500)
  return { strike: 'hold', afterMs, dice: random(), forMs }
}

/** What was struck in a process. */
export interface Strikes {
  /** Workers that were killed, by what they did. */
  readonly killed: readonly Doing[]
  /** Workers whose event loop was blocked. */
  readonly held: number
  /** Invocations that the runner cut off. */
  readonly timedOut: number
}

/** Makes the strikes in a process one after the other, until there are none or it is gone. */
export function startStrikes(product: Product, plan: readonly Planned[], journal: Journal): Strikes {
  const killed: Doing[] = []
  const strikes = { killed, held: 0, timedOut: 0 }
  const left = [...plan]
  let timer: NodeJS.Timeout | undefined
  let writes = 0

  const make = ({ strike }: Planned) => {
    left.shift()
    product.strike(strike)
  }
  const next = () => {
    const [first] = left
    writes = 0
    if (first?.at === 'moment') timer = setTimeout(() => make(first), first.ms)
  }
  const inWrite = () => {
    const [first] = left
    if (first?.at !== 'write' || ++writes !== first.n) return false
    make(first)
    return true
  }
  journal.inWrite.add(inWrite)
  product.onStruck = struck => {
    journal.note('*', told(struck))
    if (struck.struck === 'timed out') strikes.timedOut += 1
    else {
      if (struck.struck === 'held') strikes.held += 1
      else killed.push(...struck.doing)
      next()
    }
  }
  product.exited.then(() => {
    clearTimeout(timer)
    journal.inWrite.delete(inWrite)
  })
  next()
  return strikes
}

const told = (struck: Struck): string =>
  struck.struck === 'timed out'
    ? 'an invocation is cut off by its time-out'
    : `workers ${struck.struck}, in: ${struck.doing.join(', ')}`
