import { type Outcome, parseLine } from '../outcomes/message-outcome.ts'

/** Why a message waits. */
export interface Wait {
  readonly cause: string
  /** The receive after which it was put off. */
  readonly receives: number
}

/** What the function's log lines tell of the messages that wait. */
export interface Waits {
  /** Takes a line that a function wrote. */
  line(text: string): void
  /** A message that ended waits no more. */
  ended(outcome: Outcome): void
  of(messageId: string): Wait | undefined
}

/** More than these are not remembered, the oldest forgotten first: messages may leave the queue without an outcome. */
const most = 20_000

/** Nothing waits yet. */
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
