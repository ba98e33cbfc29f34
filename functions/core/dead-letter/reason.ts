/** Why role-sync makes a message a dead letter. */
export const reasons = [
  'invalid_event',
  'unknown_role',
  'time_in_future',
  'expired',
  'rejected',
  'forbidden',
  'not_found',
  'no_effect',
  'redirected',
  'gave_up',
  'person_not_found',
  'person_ambiguous',
  'held',
] as const

export type Reason = (typeof reasons)[number]

/** Why a letter is on the dead-letter queue. `crashed`: SQS moved it. */
export const letterReasons = [...reasons, 'crashed'] as const

export type LetterReason = (typeof letterReasons)[number]

/** What holds a change. */
export const guardNames = ['protected', 'burst', 'last_owner'] as const

export type GuardName = (typeof guardNames)[number]

/** Why a message is a dead letter, and what its letter says of it. */
export interface Grounds {
  readonly reason: Reason
  readonly detail: string
  readonly status?: number
  readonly unproven?: boolean
  /** Of a letter that is `held`: what holds it. */
  readonly guard?: GuardName
  /** The guard in shadow mode that would have held the change before it was tried. */
  readonly wouldHold?: GuardName
}

/** The letter of a message that is given up: the cause of its last retry, then the detail. */
export const gaveUp = ({
  cause,
  detail,
  status,
}: {
  readonly cause: string
  readonly detail: string
  readonly status?: number
}): Grounds => ({
  ...{ reason: 'gave_up', detail: `${cause}: ${detail}` },
  ...(status !== undefined && { status }),
})
