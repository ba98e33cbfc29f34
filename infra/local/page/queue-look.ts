import type { LocalStack } from '../stack/local-stack.ts'
import type { Depth } from './run-samples.ts'

/** A message that was received and not yet deleted. */
export interface InFlightMessage {
  readonly messageId: string
  readonly body: string
  readonly receives: number
  /** Milliseconds since 1970. */
  readonly sentAt: number
  /** When it becomes visible again unless it is deleted first, in milliseconds since 1970. */
  readonly dueAt: number
}

/** Looks at the queues and takes nothing away. Both methods reject when the engine does not answer. */
export interface Look {
  depths(): Promise<{ readonly changes: Depth; readonly letters: number }>
  inFlight(): Promise<InFlightMessage[]>
}

interface Counted {
  readonly name: string
  readonly approximateMessageCount: number
  readonly approximateInflightCount: number
  readonly approximateDelayedCount: number
}

interface Inspected {
  readonly messages: {
    readonly inflight: readonly {
      readonly visibilityDeadline: number
      readonly message: {
        readonly messageId: string
        readonly body: string
        readonly approximateReceiveCount: number
        readonly sentTimestamp: number
      }
    }[]
  }
}

/** Looks through what fauxqs tells beside SQS's own API: that has no way to see messages in flight. */
export function queueLook(
  stack: Pick<LocalStack, 'changes' | 'deadLetters'>,
  sqsUrl: string,
  fetch: typeof globalThis.fetch = globalThis.fetch,
): Look {
  const read = async <T>(path: string): Promise<T> => {
    const response = await fetch(`${sqsUrl}/_fauxqs/queues${path}`)
    if (!response.ok) throw new Error(`the SQS engine answers ${response.status}`)
    return (await response.json()) as T
  }
  return {
    depths: async () => {
      const queues = await read<readonly Counted[]>('')
      const depth = (of: { readonly name: string }) => depthOf(queues.find(({ name }) => name === of.name))
      const { visible, inFlight, delayed } = depth(stack.deadLetters)
      return { changes: depth(stack.changes), letters: visible + inFlight + delayed }
    },
    inFlight: async () => {
      const { messages } = await read<Inspected>(`/${encodeURIComponent(stack.changes.name)}`)
      return messages.inflight.map(({ visibilityDeadline: dueAt, message }) => ({
        messageId: message.messageId,
        body: message.body,
        receives: message.approximateReceiveCount,
        sentAt: message.sentTimestamp,
        dueAt,
      }))
    },
  }
}

const depthOf = (queue: Counted | undefined): Depth => ({
  visible: queue?.approximateMessageCount ?? 0,
  inFlight: queue?.approximateInflightCount ?? 0,
  delayed: queue?.approximateDelayedCount ?? 0,
})
