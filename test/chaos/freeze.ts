import type { Random } from '../simulation/random.ts'
import type { Product } from './product.ts'
import type { Journal } from './targets/journal.ts'

/**
 * Stops a process for a while, again and again, as a machine that sleeps does. Time passes without it: when it wakes up
 * requests, deadlines and leases have run out all at once.
 */
export function startFreezes(product: Product, random: Random, journal: Journal): void {
  let timer: NodeJS.Timeout
  const next = (ms: number, act: () => void) => {
    if (!product.hasExited) timer = setTimeout(act, ms)
  }
  const freeze = () => {
    const ms = random.chance(0.5) ? random.between(200, 1200) : random.between(1200, 6000)
    journal.note('*', `the process is frozen for ${ms} ms`)
    product.signal('SIGSTOP')
    next(ms, thaw)
  }
  const thaw = () => {
    journal.note('*', 'the process goes on')
    product.signal('SIGCONT')
    next(random.between(2000, 9000), freeze)
  }
  next(random.between(2000, 6000), freeze)
  product.exited.then(() => clearTimeout(timer))
}
