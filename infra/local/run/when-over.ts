import type { OutcomeRecord } from '../outcomes/run-outcomes.ts'
import type { Scene } from '../sample/scene.ts'
import type { LocalStack } from '../stack/local-stack.ts'

/** Says when a run is over. */
interface Over {
  /** Checks whether the run is over. Called after every receive and invocation. */
  look(): void
  /** Resolves when it is over. */
  readonly over: Promise<void>
}

/**
 * Without `given` a run is over when the changes queue is empty (visible, in flight and delayed), no invocation runs and no scene is at work; else when
 * every given message is settled, as many more as the events of people became and as scenes `sent`, and no scene is at work. Letters that SQS moved itself are reported first.
 */
export function whenOver(
  stack: Pick<LocalStack, 'messages' | 'changes' | 'deadLetters' | 'running'>,
  record: OutcomeRecord,
  scenes: readonly Pick<Scene, 'isAtWork'>[],
  given?: readonly string[],
  sent: () => number = () => 0,
): Over {
  const { promise: over, resolve, reject } = Promise.withResolvers<void>()
  let looking = Promise.resolve()
  const isOver = () => {
    if (scenes.some(({ isAtWork }) => isAtWork)) return false
    if (given) {
      const made = record.outcomes.reduce((sum, { events = 0 }) => sum + events, 0)
      return given.every(record.isSettled) && record.settledCount >= given.length + made + sent()
    }
    return stack.running === 0 && stack.messages(stack.changes).length === 0
  }
  const look = async () => {
    // First the queue, then the letters: the next check finds a message that SQS moves in between.
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
