import type { OutcomeEvent } from '../../functions/core/history/outcome-event.ts'
import type { OutcomeTopic } from '../../functions/core/ports.ts'

/** A topic in memory. `takes` is how many events it takes of a batch; it `refuses` a batch by an error. */
export function fakeTopic(log: string[] = []) {
  const state = { heard: [] as OutcomeEvent[], takes: Number.POSITIVE_INFINITY, refuses: false }
  const topic: OutcomeTopic = {
    publish: async events => {
      log.push(`publish ${events.length}`)
      if (state.refuses) throw new Error('the topic is not there')
      state.heard.push(...events.slice(0, state.takes))
      return events.slice(state.takes)
    },
  }
  return { state, topic }
}
