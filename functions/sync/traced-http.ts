import { newSpanId, traceOf, traceparentOf } from '../core/event/traceparent.ts'
import type { Answer } from '../core/outcome/http-answer.ts'
import type { AttemptRecord } from '../core/ports.ts'
import type { Http } from '../targets/target.ts'

/** The `Http` of one attempt, with its counts. */
export interface Watched {
  readonly http: Http
  /** The fields of the attempt's log line about its requests so far. */
  readonly facts: () => Pick<AttemptRecord, 'calls' | 'traceId' | 'spanId'>
}

/** Counts the requests of an attempt. If the event has a trace, adds a `traceparent` with a new span. `random` is in [0, 1). */
export function watched(http: Http, body: string, random: () => number): Watched {
  const { span, header } = spanOf(body, random)
  let calls = 0
  return {
    http: async request => {
      const answer = await http({ ...request, ...header })
      if (wasMade(answer)) calls += 1
      return answer
    },
    facts: () => ({ calls, ...span }),
  }
}

function spanOf(body: string, random: () => number) {
  const trace = traceOf(body)
  if (!trace) return {}
  const span = { traceId: trace.traceId, spanId: newSpanId(random) }
  return { span, header: { traceparent: traceparentOf(trace, span.spanId) } }
}

const wasMade = (answer: Answer): boolean =>
  answer.kind === 'answered' || (answer.failure !== 'no_time' && answer.failure !== 'no_credentials')
