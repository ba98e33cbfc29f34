import { setTimeout } from 'node:timers/promises'
import type { Strike, Struck } from './protocol.ts'
import { FragileWorker } from './worker.ts'

const living = () => [...FragileWorker.living]
const running = () => living().filter(({ doing }) => doing === 'invocation')

/** Carries out a strike as soon as there is a worker for it; does not keep the process alive. */
export async function carryOut(strike: Strike): Promise<Struck> {
  switch (strike.strike) {
    case 'kill all':
      return kill(await someRunning(0))
    case 'kill one':
      return kill([oneOf(await someRunning(strike.afterMs), strike.dice)])
    case 'kill new':
      return kill([await newOne(strike.afterMs)])
    case 'hold': {
      const one = oneOf(await someRunning(strike.afterMs), strike.dice)
      one.hold(strike.forMs)
      return { struck: 'held', doing: [one.doing] }
    }
    default:
      return strike satisfies never
  }
}

function kill(workers: readonly FragileWorker[]): Struck {
  const doing = workers.map(worker => worker.doing)
  for (const worker of workers) void worker.kill()
  return { struck: 'killed', doing }
}

const oneOf = <T>(all: readonly T[], dice: number): T => all[Math.floor(dice * all.length)] as T

/** How often is looked, in milliseconds. */
const everyMs = 2
const pass = (ms: number) => setTimeout(ms, undefined, { ref: false })

/** Those that run an invocation so long after somebody did; never none. */
async function someRunning(afterMs: number): Promise<FragileWorker[]> {
  for (;;) {
    while (running().length === 0) await pass(everyMs)
    if (afterMs > 0) await pass(afterMs)
    if (running().length > 0) return running()
  }
}

async function newOne(afterMs: number): Promise<FragileWorker> {
  const known = new Set(living())
  for (;;) {
    const worker = living().find(each => !known.has(each))
    if (!worker) {
      await pass(everyMs)
      continue
    }
    await pass(afterMs)
    if (FragileWorker.living.has(worker)) return worker
  }
}
