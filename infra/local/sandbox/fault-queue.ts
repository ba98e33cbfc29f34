import type { Fault } from './faults.ts'

/** The queued misbehaviours by member; `*` is any member. */
export interface FaultQueue {
  /** Queues faults for the next matching calls of the member, one each, in this order. */
  next(member: string, ...faults: Fault[]): void
  /** Sets the fault of every later matching call, once the queue is empty; undefined ends it. */
  always(member: string, fault: Fault | undefined): void
  /** Takes the fault for one call, the member's own before those for any member. */
  take(member: string, kind: 'read' | 'write'): Fault | undefined
}

/** An empty queue of faults. */
export function faultQueue(): FaultQueue {
  const queued = new Map<string, Fault[]>()
  const standing = new Map<string, Fault>()
  const meets = (fault: Fault, kind: 'read' | 'write') => {
    const on = fault.on ?? 'write'
    return on === 'any' || on === kind
  }
  return {
    next: (member, ...faults) => {
      queued.set(member, [...(queued.get(member) ?? []), ...faults])
    },
    always: (member, fault) => {
      if (fault === undefined) standing.delete(member)
      else standing.set(member, fault)
    },
    take: (member, kind) => {
      for (const name of [member, '*']) {
        const waiting = queued.get(name) ?? []
        const index = waiting.findIndex(fault => meets(fault, kind))
        if (index >= 0) return waiting.splice(index, 1)[0]
      }
      return [standing.get(member), standing.get('*')].find(
        fault => fault !== undefined && meets(fault, kind),
      )
    },
  }
}
