import type { LetterReason } from '../../../functions/core/dead-letter/reason.ts'
import type { RetryCause } from '../../../functions/core/outcome/verdict.ts'
import type { Outcome } from '../outcomes/message-outcome.ts'
import { cut } from './change-names.ts'
import type { Step } from './page-source.ts'
import { spanOf } from './time-words.ts'

/** A log line of the sync function (functions/README.md#words). */
export type LogLine = Readonly<Record<string, unknown>>

/** Why a change is not in effect yet. */
const causeWords: Readonly<
  Record<RetryCause | Extract<LetterReason, 'rejected' | 'forbidden' | 'no_effect' | 'redirected'>, string>
> = {
  busy: 'another attempt writes to this member',
  unanswered_write: 'an earlier write may still land',
  lease_lost: 'another attempt took over',
  behind_newer: 'a newer change of this member goes first',
  breaker_open: 'the target is failing and is left alone',
  resting: 'the target asked for fewer requests',
  throttled: 'the target asks for fewer requests',
  no_time: 'the invocation was about to end',
  not_now: 'the target cannot take it now',
  not_found: 'the target does not know the member',
  unreachable: 'the target cannot be reached',
  timeout: 'no answer in time',
  reset: 'the connection was reset',
  server_error: 'the target failed',
  unreadable: 'the answer cannot be read',
  read_failed: 'the state before the write cannot be read',
  read_back_failed: 'the state after the write cannot be read',
  partly_written: 'a part of the change is written',
  credentials_rejected: 'the target rejects the token',
  no_credentials: 'the token is not set',
  person_not_found: 'the person is not listed yet',
  person_ambiguous: 'several members have this address',
  ledger_unavailable: 'the ledger does not answer',
  dead_letter_refused: 'the dead letter could not be sent',
  enqueue_failed: 'the events could not be sent',
  internal_error: 'role-sync failed',
  rejected: 'the target refuses the request',
  forbidden: 'the token may not do this',
  no_effect: 'the answer does not show the role',
  redirected: 'the target redirects',
}

/** A cause in words. An unknown one stays as it is. */
export const causeText = (cause: unknown): string =>
  causeWords[cause as keyof typeof causeWords] ?? cut(String(cause))

/** The step of an `attempt` line: what the target answered. */
export function answerStep(
  { status, cause, detail, unanswered, restoring, effect }: LogLine,
  at: number,
): Step {
  const isProven = effect === 'proven'
  const what = isProven ? 'the applied role is there again' : causeText(cause)
  const texts = [
    typeof detail === 'string' ? cut(detail, 500) : what,
    ...(restoring ? ['This write was to bring back the applied role.'] : []),
    ...(unanswered ? ['The write may still land.'] : []),
  ]
  const text = status === undefined ? capital(what) : `Answered ${Number(status)}`
  return { at, tone: isProven ? 'good' : 'bad', text, detail: sentences(texts) }
}

/** The step of a `retry` line. */
export const waitStep = ({ cause, seconds }: LogLine, at: number): Step => ({
  ...{ at, tone: 'wait', text: `Waits ${spanOf(Number(seconds) * 1000).replace('.0', '')}` },
  detail: sentences([causeText(cause)]),
})

/** The step of an outcome. */
export function endStep(
  { outcome, by, events, reason, status, detail, effectMs }: Outcome,
  at: number,
): Step {
  const after = effectMs === undefined ? '' : `, ${spanOf(effectMs)} after its send`
  switch (outcome) {
    case 'applied': {
      const shown =
        status === undefined ? 'The target shows the role' : `The target's answer (${status}) shows the role`
      return { at, tone: 'good', text: 'In effect', detail: `${shown}${after}.` }
    }
    case 'superseded':
      return {
        at,
        tone: 'plain',
        text: 'Superseded',
        detail: `A newer change is in effect: ${cut(String(by))}.`,
      }
    case 'duplicate':
      return { at, tone: 'plain', text: 'Duplicate', detail: 'This event is in effect already.' }
    case 'resolved': {
      const made =
        events === 1
          ? 'One event is sent for the membership'
          : `${events} events are sent for the memberships`
      return { at, tone: 'good', text: 'Person found', detail: `${made} of the person.` }
    }
    case 'dead':
      return { at, tone: 'bad', text: `Dead letter: ${reason}`, detail: cut(detail ?? '', 500) }
    default:
      return outcome satisfies never
  }
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** Texts as sentences, each with a capital and a full stop. */
const sentences = (texts: readonly string[]): string =>
  texts.map(text => capital(text).replace(/[^.!?…]$/, '$&.')).join(' ')
