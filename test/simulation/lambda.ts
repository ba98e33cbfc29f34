import type { Clock } from './clock.ts'
import type { Queue, Received } from './queue.ts'
import type { Random } from './random.ts'
import type { Scenario } from './scenario.ts'

/** One execution environment: everything it was doing ends without a trace when it dies. */
export interface Instance {
  readonly name: string
  alive: boolean
  /** Its calls to services and targets that are not over. */
  calls: number
  /** How far its clock is from true time, in milliseconds. */
  readonly skew: number
}

/** What an instance does with a batch: `end` is in its own clock. Resolves to the ids of the messages that stay. */
export type Handler = (batch: readonly Received[], end: number) => Promise<string[]>

/**
 * The event source mapping: each of its pollers receives a batch, invokes, and deletes what was settled. An invocation
 * that dies, or does not end in time, leaves its whole batch to come again.
 */
export function startPollers(
  scenario: Scenario,
  clock: Clock,
  queue: Queue,
  randomOf: (name: string) => Random,
  boot: (instance: Instance) => Handler,
): void {
  const { faults, rules, instances } = scenario

  const poll = async (name: string): Promise<never> => {
    const random = randomOf(name)
    let born = 0
    let instance: Instance | undefined
    let handle: Handler | undefined
    for (;;) {
      const batch = queue.receive()
      if (batch.length === 0) {
        await queue.arrival()
        continue
      }
      if (!instance?.alive || !handle) {
        if (faults.coldMs > 0) await clock.sleep(random.between(0, faults.coldMs))
        instance = { name: `${name}.${born++}`, alive: true, calls: 0, skew: random.between(-500, 500) }
        handle = boot(instance)
      }
      await invoke(instance, handle, batch, random)
    }
  }

  const invoke = async (
    instance: Instance,
    handle: Handler,
    batch: Received[],
    random: Random,
  ): Promise<void> => {
    const began = clock.now()
    const death = new Promise<undefined>(resolve => {
      const dies = random.chance(faults.killed)
        ? random.between(0, random.pick([200, 3000, rules.functionMs]))
        : rules.functionMs
      clock.at(began + dies, () => {
        if (!over) instance.alive = false
        resolve(undefined)
      })
    })
    let over = false
    const failed = await Promise.race([handle(batch, began + instance.skew + rules.functionMs), death])
    over = true
    if (!failed) return
    for (const received of batch) {
      if (failed.includes(received.stored.id)) continue
      if (!random.chance(faults.ambiguous)) queue.delete(received)
    }
  }

  for (let index = 0; index < instances; index++) void poll(`i${index}`)
}
