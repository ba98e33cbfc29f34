import type { Refused } from '../../../functions/core/outcome/effect.ts'
import type { RetryCause } from '../../../functions/core/outcome/verdict.ts'
import type { Outcome } from '../outcomes/message-outcome.ts'
import { cut } from './change-names.ts'
import type { Step, Tone } from './page-source.ts'
import { spanOf } from './time-words.ts'

/** A log line of the sync function (functions/README.md#words). */
export type LogLine = Readonly<Record<string, unknown>>

/** Why a change is not in effect yet. */
const causeWords: Readonly<Record<RetryCause | Refused['reason'], string>> = {
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
  Object.hasOwn(causeWords, String(cause)) ? causeWords[cause as keyof typeof causeWords] : cut(String(cause))

/** The step of an `attempt` line: what the target answered. */
export function answerStep(line: LogLine, at: number): Step {
  const { status, cause, detail, unanswered, restoring, effect } = line
  const what = effect === 'proven' ? 'the applied role is there again' : causeText(cause)
  const said = typeof detail === 'string' ? cut(detail, mostOfDetail) : what
  const texts = [
    ...(status === undefined && said === what ? [] : [said]),
    ...(restoring ? ['This write was to bring back the applied role.'] : []),
    ...(unanswered ? ['The write may still land.'] : []),
  ]
  const tone = effect === 'proven' ? 'good' : effect === 'deferred' ? 'wait' : 'bad'
  const text = status === undefined ? capital(what) : `Answered ${Number(status)}`
  return { at, tone, text, detail: sentences(texts) }
}

/** The step of a `retry` line. */
export const waitStep = ({ cause, seconds }: LogLine, at: number): Step => ({
  ...{ at, tone: 'wait', text: `Waits ${spanOf(Number(seconds) * 1000).replace('.0', '')}` },
  detail: sentences([causeText(cause)]),
})

/** The step of an outcome. */
export function endStep(outcome: Outcome, at: number): Step {
  const { by, events, reason, status, detail, effectMs } = outcome
  const step = (tone: Tone, text: string, more: string): Step => ({ at, tone, text, detail: more })
  switch (outcome.outcome) {
    case 'applied': {
      const answer = status === undefined ? 'The target' : `The target's answer (${status})`
      const after = effectMs === undefined ? '' : `, ${spanOf(effectMs)} after its send`
      return step('good', 'In effect', `${answer} shows the role${after}.`)
    }
    case 'superseded':
      return step('plain', 'Superseded', `A newer change is in effect: ${cut(String(by))}.`)
    case 'duplicate':
      return step('plain', 'Duplicate', 'This event is in effect already.')
    case 'resolved':
      return step('good', 'Person found', `Events sent for the memberships of the person: ${events}.`)
    case 'dead':
      return step('bad', `Dead letter: ${reason}`, cut(detail ?? '', mostOfDetail))
    default:
      return outcome.outcome satisfies never
  }
}

/** The most characters of what a target said. */
const mostOfDetail = 250

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** Texts as sentences, each with a capital and a full stop. */
const sentences = (texts: readonly string[]): string =>
  texts.map(text => capital(text).replace(/[^.!?…]$/, '$&.')).join(' ')
