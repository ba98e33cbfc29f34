import type { DueKey } from '../../functions/aws/due-table.ts'
import type { SendResult } from '../../functions/aws/sqs-send.ts'
import { type DueItem, dueAheadMs, dueKeysUntil } from '../../functions/core/due/due-item.ts'
import type { DueStore } from '../../functions/core/ports.ts'
import type { DueWorld } from '../../functions/due/send-due.ts'
import type { Clock } from './clock.ts'
import type { Code } from './code.ts'
import type { Instance } from './lambda.ts'
import type { Queue } from './queue.ts'
import type { Random } from './random.ts'
import { callRemote } from './remote.ts'
import type { DateHabits, Scenario } from './scenario.ts'

const minute = 60_000

/** The table of due items, and the rounds of the due function that ships: each minute in which something is due. */
export function createDueRounds(
  code: Pick<Code, 'createDueRound'>,
  { dates, faults }: Pick<Scenario, 'dates' | 'faults'>,
  clock: Clock,
  queue: Pick<Queue, 'send'>,
  randomOf: (name: string) => Random,
) {
  const items = new Map<string, DueItem>()
  const planned = new Set<number>()
  const start = clock.now()
  const keyOf = ({ shard, due }: DueKey) => `${shard} ${due}`
  const troubles = { silent: faults.ledgerSilent, throttled: faults.ledgerThrottled }
  let born = 0

  const plan = (time: number) => {
    const at = Math.ceil(Math.max(time, clock.now() + 1) / minute) * minute
    if (planned.has(at)) return
    planned.add(at)
    clock.at(at, () => begin(at))
  }
  const isDue = ({ at }: DueItem) => at <= clock.now() + dueAheadMs
  const begin = (at: number) => {
    planned.delete(at)
    if (![...items.values()].some(isDue)) return false
    const habits = dates as DateHabits
    const random = randomOf('due rounds')
    const isStopped = habits.stopped.some(([from, to]) => at - start >= from && at - start < to)
    plan(at + minute)
    if (isStopped || random.chance(habits.skipped)) return
    const times = random.chance(habits.twice) ? 2 : 1
    for (let n = 0; n < times; n++) {
      const late = random.chance(habits.late) ? random.between(0, 20 * minute) : 0
      clock.at(
        at + late,
        () => void runOne(random.chance(habits.killed) ? random.between(0, 400) : undefined),
      )
    }
    return
  }

  const runOne = async (diesIn: number | undefined) => {
    const name = `due${born++}`
    const random = randomOf(name)
    const instance: Instance = { name, alive: true, calls: 0, skew: random.between(-500, 500) }
    if (diesIn !== undefined)
      clock.at(clock.now() + diesIn, () => {
        instance.alive = false
      })
    const call = <T>(work: () => T) => callRemote(clock, instance, random, troubles, work)
    const table: DueWorld['table'] = {
      dueUntil: async function* (shard, until) {
        yield await call(() =>
          [...items.values()].filter(item => item.shard === shard && item.due < dueKeysUntil(until)),
        )
      },
      countUntil: async () => 0,
      remove: keys =>
        call(() => {
          // DynamoDB may take some of a batch and not the others.
          const taken = random.chance(troubles.throttled) ? random.between(0, keys.length) : keys.length
          for (const key of keys.slice(0, taken)) items.delete(keyOf(key))
        }),
    }
    const send: DueWorld['send'] = messages =>
      call(() =>
        messages.map(({ body, seconds }): SendResult => {
          if (random.chance(faults.ambiguous)) return { code: 'Refused', message: '', final: false }
          queue.send(body, undefined, undefined, seconds)
          return { messageId: 'sent' }
        }),
      )
    const log = { round: () => {}, trouble: () => {} }
    const now = () => clock.now() + instance.skew
    // A shard that could not be read is read by the next round.
    await code
      .createDueRound({ table, send, log, now })(now() + 50_000)
      .catch(() => undefined)
  }

  return {
    items,
    /** The table as an instance of the sync function sees it. */
    seenBy: (instance: Instance, random: Random): DueStore => ({
      put: all =>
        callRemote(clock, instance, random, troubles, () => {
          for (const item of all) {
            if (!items.has(keyOf(item))) items.set(keyOf(item), item)
            plan(item.at - dueAheadMs)
          }
        }),
    }),
  }
}

export type DueRounds = ReturnType<typeof createDueRounds>
