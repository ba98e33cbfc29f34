import type { OutcomeRecord } from '../outcomes/outcome-record.ts'
import type { LocalStack } from '../stack/local-stack.ts'

/** Says when a run is over. */
export interface Over {
  /** Looks whether it is over now; called on every turn of the stack. */
  look(): void
  /** Resolves when it is over. */
  readonly over: Promise<void>
}

/**
 * Without `given` a run is over when the changes queue holds nothing, visible, in flight or delayed, and no invocation
 * runs; else when every given message is settled. Letters that SQS moved itself are told first.
 */
export function whenOver(
  stack: Pick<LocalStack, 'messages' | 'changes' | 'deadLetters' | 'running'>,
  record: OutcomeRecord,
  given?: readonly string[],
): Over {
  const { promise: over, resolve, reject } = Promise.withResolvers<void>()
  let looking = Promise.resolve()
  const isOver = () => {
    if (given) return given.every(record.isSettled)
    return stack.running === 0 && stack.messages(stack.changes).length === 0
  }
  const look = async () => {
    // First the queue, then the letters: what SQS moves in between is seen by the next look.
    const done = isOver()
    await record.lookAtLetters(stack.messages(stack.deadLetters))
    if (done || (given && isOver())) resolve()
  }
  return {
    over,
    look: () => {
      looking = looking.then(look).catch(reject)
    },
  }
}
