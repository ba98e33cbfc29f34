import type { Clock } from './clock.ts'
import type { Queue, Received, Stored } from './queue.ts'
import type { Random } from './random.ts'
import type { Scenario } from './scenario.ts'

const batchSize = 10

/**
 * A FIFO queue whose message group is the member: in order within a group, and nothing of a group is handed out while a
 * message of it is in flight. What was received too often goes to `redrive`, and the group goes on without it.
 */
export function createFifoQueue(
  scenario: Scenario,
  clock: Clock,
  random: Random,
  redrive: (message: Stored) => void,
  groupOf: (body: string) => string,
): Queue {
  const all: Stored[] = []
  const groups = new Map<string, Stored[]>()
  const ready = new Set<string>()
  const waiting: (() => void)[] = []

  const wake = (): boolean => {
    const first = waiting.shift()
    first?.()
    return first !== undefined
  }
  const offer = (group: string): boolean => {
    const pending = groups.get(group)?.filter(({ deleted }) => !deleted) ?? []
    groups.set(group, pending)
    if (pending.length === 0 || pending.some(({ visibleAt }) => visibleAt > clock.now())) return false
    ready.add(group)
    return wake()
  }
  const hide = (stored: Stored, until: number) => {
    stored.visibleAt = until
    clock.at(until, () => offer(groupOf(stored.body)))
  }

  return {
    sent: () => all,
    arrival: () => new Promise<void>(resolve => waiting.push(resolve)),
    send: body => {
      const sentAt = clock.now()
      const stored = {
        id: `m${all.length}`,
        body,
        sentAt,
        receives: 0,
        visibleAt: sentAt,
        receipt: 0,
        deleted: false,
        receivesBy: { giveUp: 0, latest: 0 },
      }
      all.push(stored)
      const group = groupOf(body)
      groups.set(group, [...(groups.get(group) ?? []), stored])
      offer(group)
    },
    receive: (): Received[] => {
      const now = clock.now()
      const batch: Received[] = []
      while (ready.size > 0 && batch.length < batchSize) {
        const group = random.pick([...ready].slice(0, 20))
        ready.delete(group)
        for (const stored of groups.get(group) ?? []) {
          if (batch.length === batchSize) break
          if (++stored.receives > scenario.maxReceives) {
            stored.deleted = true
            redrive(stored)
            continue
          }
          stored.firstReceivedAt ??= now
          stored.receipt++
          hide(stored, now + scenario.rules.visibilityMs)
          batch.push({ stored, receipt: stored.receipt, at: now })
        }
      }
      if (ready.size > 0) clock.at(now + 1, wake)
      return batch
    },
    delay: ({ stored }, seconds) => hide(stored, clock.now() + seconds * 1000),
    delete: ({ stored, receipt }) => {
      if (stored.receipt !== receipt) return
      stored.deleted = true
      stored.visibleAt = clock.now()
      clock.at(clock.now(), () => offer(groupOf(stored.body)))
    },
  }
}
