import { newSpanId, traceOf, traceparentOf } from '../core/event/traceparent.ts'
import type { Answer } from '../core/outcome/http-answer.ts'
import type { AttemptRecord } from '../core/ports.ts'
import type { Http } from '../targets/target.ts'

/** The way to a target for one attempt, watched from outside. */
export interface Watched {
  readonly http: Http
  /** What the attempt's line says of its requests so far. */
  readonly facts: () => Pick<AttemptRecord, 'calls' | 'traceId' | 'spanId'>
}

/**
 * Counts the requests of an attempt, and where the event in the message's body belongs to a trace makes them part of it,
 * with a span of the attempt's own as their parent. `random` is in [0, 1).
 */
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
