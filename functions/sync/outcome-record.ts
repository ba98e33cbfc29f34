import { type Instant, msSince } from '../core/event/instant.ts'
import { type AttemptFacts, endOf, type Final, type Verdict } from '../core/outcome/verdict.ts'
import type { OutcomeRecord } from '../core/ports.ts'
import { redact } from '../core/redact.ts'

type Facts = Pick<
  OutcomeRecord,
  | 'outcome'
  | 'reason'
  | 'guard'
  | 'detail'
  | 'status'
  | 'unproven'
  | 'by'
  | 'differs'
  | 'effectMs'
  | 'timeToEffectMs'
  | 'events'
  | 'wouldHold'
  | 'shows'
  | keyof AttemptFacts
>

/** The fields of the outcome line for a final verdict. `sentAt` is milliseconds since 1970; `time` is the event's time. */
export function outcomeOf(verdict: Final, sentAt: number, time?: Instant): Facts {
  if (verdict.kind === 'dead') {
    const { detail, status, unproven, ...end } = endOf(verdict.letter)
    return {
      ...{ ...end, detail: redact(detail).slice(0, 500) },
      ...(status === undefined ? {} : { status }),
      ...(unproven ? { unproven } : {}),
    }
  }
  const { outcome, proof, status, by, differs, events, shadow, detail, attempt } = verdict
  const provenAt = proof?.at
  const wouldHold = shadow?.wouldHold ?? proof?.wouldHold ?? verdict.wouldHold
  return {
    outcome,
    ...(status === undefined ? {} : { status }),
    ...attempt,
    ...(by === undefined ? {} : { by }),
    ...(differs ? { differs } : {}),
    ...(events === undefined ? {} : { events }),
    ...(wouldHold === undefined ? {} : { wouldHold }),
    ...(shadow && { shows: shadow.shows }),
    ...(detail === undefined ? {} : { detail: detail.slice(0, 500) }),
    ...(provenAt === undefined ? {} : { effectMs: Math.max(0, provenAt - sentAt) }),
    ...(provenAt === undefined || time === undefined ? {} : { timeToEffectMs: msSince(time, provenAt) }),
  }
}

/**
 * How long a withdrawal leaves access open, in milliseconds: from its event's time to the proof, or until now while it waits or is
 * dead. Undefined where something else took over.
 */
export function exposureOf(
  time: Instant,
  verdict: Verdict,
  now: number,
): { readonly exposureMs: number } | undefined {
  if (verdict.kind !== 'done') return { exposureMs: msSince(time, now) }
  return verdict.proof && { exposureMs: msSince(time, verdict.proof.at) }
}
