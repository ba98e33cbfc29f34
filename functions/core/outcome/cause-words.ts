import type { Effect, Refused } from './effect.ts'
import { causeOf } from './effect.ts'
import type { RetryCause } from './verdict.ts'

/** Why a change is not in effect yet. */
const words: Readonly<Record<RetryCause | Refused['reason'], string>> = {
  busy: 'another attempt writes to this member',
  unanswered_write: 'an earlier write may still land',
  lease_lost: 'another attempt took over',
  behind_newer: 'a newer change of this member goes first',
  breaker_open: 'target is failing, calls are paused',
  resting: 'target is rate-limiting',
  throttled: 'target is rate-limiting',
  owners_unread: 'who has the guarded role cannot be read',
  owners_busy: 'another member of the scope may lose the guarded role',
  not_yet: 'its time has not come',
  due_unavailable: 'what takes effect later could not be kept',
  no_time: 'the invocation was about to end',
  not_now: 'target cannot take it now',
  not_found: 'target does not know the member',
  unreachable: 'target cannot be reached',
  timeout: 'no answer in time',
  reset: 'the connection was reset',
  server_error: 'target failed',
  unreadable: 'the answer cannot be read',
  read_failed: 'the state cannot be read',
  read_back_failed: 'the state after the write cannot be read',
  partly_written: 'only a part of the change is written',
  credentials_rejected: 'target rejects the token',
  no_credentials: 'the token is not set',
  person_not_found: 'the person is not listed yet',
  person_ambiguous: 'several members have this address',
  ledger_unavailable: 'the ledger does not answer',
  approvals_unavailable: 'the approvals do not answer',
  key_unavailable: 'the key of re-assertions cannot be read',
  history_unavailable: 'the history does not answer',
  outcome_unsent: 'the outcome could not be sent',
  dead_letter_refused: 'the dead letter could not be sent',
  enqueue_failed: 'the events could not be sent',
  internal_error: 'role-sync failed',
  rejected: 'target refuses the request',
  forbidden: 'the token has no permission for this',
  no_effect: 'the answer does not show the role',
  redirected: 'target redirects',
}

/** The most characters of an unknown cause. */
const mostOfCause = 100

/** A cause in words, wherever a person reads it. An unknown one stays as it is, but is cut. */
export const causeText = (cause: unknown): string =>
  Object.hasOwn(words, String(cause))
    ? words[cause as keyof typeof words]
    : String(cause).slice(0, mostOfCause)

/** The cause of a failed read, in words: `target rejects the token (401): Invalid API key`. */
export function effectText(effect: Effect): string {
  if (effect.kind === 'proven') return `answered ${effect.status}`
  const [cause, status] = [causeText(causeOf(effect)), effect.status ?? '']
  return `${cause}${status === '' ? '' : ` (${status})`}${effect.detail === cause ? '' : `: ${effect.detail}`}`
}
