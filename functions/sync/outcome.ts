import type { OutcomeRecord } from '../core/ports.ts'
import { redact } from '../core/redact.ts'
import type { Verdict } from '../core/verdict.ts'

type Final = Exclude<Verdict, { kind: 'again' }>
type Facts = Pick<
  OutcomeRecord,
  'outcome' | 'reason' | 'detail' | 'status' | 'unproven' | 'by' | 'differs' | 'effectMs'
>

/** What the outcome line says of a final verdict; what does not apply is absent. `sentAt`: milliseconds since 1970. */
export function outcomeOf(verdict: Final, sentAt: number): Facts {
  if (verdict.kind === 'dead') {
    const { reason, detail, status, unproven } = verdict.letter
    return {
      ...{ outcome: 'dead', reason, detail: redact(detail).slice(0, 500) },
      ...(status === undefined ? {} : { status }),
      ...(unproven ? { unproven } : {}),
    }
  }
  const { outcome, provenAt, status, by, differs } = verdict
  return {
    outcome,
    ...(status === undefined ? {} : { status }),
    ...(by === undefined ? {} : { by }),
    ...(differs ? { differs } : {}),
    ...(provenAt === undefined ? {} : { effectMs: Math.max(0, provenAt - sentAt) }),
  }
}
