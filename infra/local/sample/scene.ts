import type { Outcome } from '../outcomes/message-outcome.ts'

/** What somebody does in the course of a run, once certain events have ended. */
export interface Scene<Result = unknown> {
  /** Takes the outcome of a message. The scene begins with the last one of its events. */
  ended(outcome: Outcome): void
  /** Whether it is at work: more messages may be sent. */
  readonly isAtWork: boolean
  readonly result: Result | undefined
  readonly hasFailed: boolean
}

/**
 * A scene that `play` does once all these events have ended, if any outcome of them makes it needed. Without events it never begins. `what` says
 * what is not done if it fails. `onEnd` is called after it.
 */
export function sceneOf<Result>(
  events: ReadonlySet<string> | undefined,
  isNeeded: (outcome: Outcome) => boolean,
  play: () => Promise<Result>,
  what: string,
  onEnd: (problem?: string) => void,
): Scene<Result> {
  const ended = new Set<string>()
  const state = { isAtWork: false, hasFailed: false, result: undefined as Result | undefined }
  let isDue = false
  const work = async () => {
    let problem: string | undefined
    try {
      state.result = await play()
    } catch (error) {
      state.hasFailed = true
      problem = `error: ${what}: ${(error as Error).message}`
    }
    state.isAtWork = false
    onEnd(problem)
  }
  return Object.assign(state, {
    ended: (outcome: Outcome) => {
      const { event } = outcome
      if (event === null || !events?.has(event) || ended.size === events.size) return
      ended.add(event)
      isDue ||= isNeeded(outcome)
      if (ended.size < events.size || !isDue) return
      state.isAtWork = true
      void work()
    },
  })
}
