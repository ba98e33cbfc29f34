import type { Random } from '../simulation/random.ts'
import type { Product } from './product.ts'
import type { Journal } from './targets/journal.ts'

/** How a process is killed: at a moment of its start, so long after it set to work, in a write, or in an outcome. */
export type Kill =
  | { readonly at: 'start'; readonly ms: number }
  | { readonly at: 'moment'; readonly ms: number }
  | { readonly at: 'write'; readonly n: number }
  | { readonly at: 'outcome'; readonly n: number }

/** The kills of a run. */
export const killsOf = (count: number, random: Random): Kill[] =>
  Array.from({ length: count }, () => {
    const dice = random()
    if (dice < 0.1) return { at: 'start', ms: random.between(200, 2500) }
    if (dice < 0.4) return { at: 'moment', ms: random.between(50, 4000) }
    if (dice < 0.7) return { at: 'write', n: random.between(1, 40) }
    return { at: 'outcome', n: random.between(1, 30) }
  })

/** Kills a process as told; resolves once it is gone, be it that it came to its end before. */
export async function carryOut(kill: Kill, product: Product, journal: Journal): Promise<void> {
  const strike = () => {
    journal.note('*', `SIGKILL (${kill.at})`)
    product.signal('SIGKILL')
  }
  let [writes, outcomes, working] = [0, 0, false]
  let timer: NodeJS.Timeout | undefined
  const works = () => {
    if (!working && kill.at === 'moment') timer = setTimeout(strike, kill.ms)
    working = true
  }
  const { onLine } = product
  if (kill.at === 'start') timer = setTimeout(strike, kill.ms)
  const inWrite = () => {
    works()
    writes += 1
    const struck = kill.at === 'write' && writes === kill.n
    if (struck) strike()
    return struck
  }
  journal.inWrite.add(inWrite)
  product.onLine = line => {
    onLine(line)
    works()
    outcomes += 1
    if (kill.at === 'outcome' && outcomes === kill.n) strike()
  }
  await product.exited
  clearTimeout(timer)
  journal.inWrite.delete(inWrite)
}
