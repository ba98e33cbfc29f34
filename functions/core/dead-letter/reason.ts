/** Why a message became a dead letter: a closed list. `crashed` is a letter that SQS moved itself. */
export const reasons = [
  'invalid_event',
  'unknown_role',
  'time_in_future',
  'rejected',
  'forbidden',
  'not_found',
  'no_effect',
  'redirected',
  'gave_up',
  'person_not_found',
  'person_ambiguous',
] as const

export type Reason = (typeof reasons)[number]
