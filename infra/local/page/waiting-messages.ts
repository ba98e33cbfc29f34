import { type Outcome, parseLine } from '../outcomes/message-outcome.ts'

/** Why a message waits. */
export interface Wait {
  readonly cause: string
  /** The receive count of the attempt that deferred it. */
  readonly receives: number
}

/** The messages that wait for a retry, by the log lines of the function. */
export interface Waits {
  /** Takes a log line of a function. */
  line(text: string): void
  /** Forgets a message that ended. */
  ended(outcome: Outcome): void
  of(messageId: string): Wait | undefined
}

/** The most messages to remember; the oldest goes first. A message may leave the queue without an outcome. */
const most = 20_000

/** Starts with no message. `max` bounds what it remembers. */
export function startWaits(max = most): Waits {
  const waits = new Map<string, Wait>()
  return {
    line: text => {
      const line = text.includes('"retry"') ? parseLine(text) : undefined
      if (line?.message !== 'retry') return
      const id = String(line.messageId)
      waits.delete(id)
      waits.set(id, { cause: String(line.cause), receives: Number(line.receives) })
      if (waits.size > max) waits.delete(waits.keys().next().value!)
    },
    ended: ({ messageId }) => void waits.delete(messageId),
    of: id => waits.get(id),
  }
}
