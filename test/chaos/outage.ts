import type { Random } from '../simulation/random.ts'
import type { Journal } from './targets/journal.ts'
import type { Target } from './targets/target.ts'

/** Cuts a target off for a second or two, and lets it reject its token for a while, again and again until stopped. */
export function startOutages(target: Target, name: string, random: Random, journal: Journal) {
  let timer: NodeJS.Timeout | undefined
  let stopped = false
  let last = Promise.resolve()
  const next = (ms: number, act: () => Promise<void>) => {
    if (!stopped) timer = setTimeout(() => (last = act()), ms)
  }
  const cut = async () => {
    const ms = random.between(300, 2500)
    journal.note('*', `${name}: the network is cut for ${ms} ms`)
    await target.close()
    await new Promise<void>(resolve => setTimeout(resolve, ms))
    await target.reopen()
    journal.note('*', `${name}: the network is back`)
    next(random.between(4000, 10_000), reject)
  }
  const reject = async () => {
    const ms = random.between(300, 1500)
    journal.note('*', `${name}: every token is rejected for ${ms} ms`)
    target.rejectFor(ms)
    next(random.between(4000, 10_000), cut)
  }
  next(random.between(2500, 6000), random.chance(0.5) ? cut : reject)
  return {
    stop: async () => {
      stopped = true
      clearTimeout(timer)
      await last
    },
  }
}
