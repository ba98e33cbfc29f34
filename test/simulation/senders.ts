import { senderOf } from '../../functions/core/guard/sender.ts'
import type { Stored } from './queue.ts'

/** Who sent a message, as SQS says, and what the message claims. */
export interface SentBy {
  /** The `SenderId`. */
  readonly id: string
  readonly claims?: string | undefined
}

/** The sender that is named for every protected member, and the functions of role-sync. */
export const claimedSender = 'intake/hr'
export const intake: SentBy = { id: 'AROAINTAKE:fn', claims: claimedSender }
export const stranger: SentBy = { id: 'AROASTRANGER:AROAINTAKE' }
export const forger: SentBy = { ...stranger, claims: claimedSender }
export const passedOn = (by: string, sender: string | undefined): SentBy => ({
  id: `${by}:fn`,
  claims: sender,
})
export const syncRole = 'AROASYNC'
export const replayRole = 'AROAREPLAY'
export const trusted: ReadonlySet<string> = new Set(['AROAINTAKE', syncRole, replayRole])

/** The verified sender of a message; empty where nothing is guarded. */
export const senderIn = ({ sentBy }: Pick<Stored, 'sentBy'>): string =>
  sentBy ? senderOf(sentBy.id, sentBy.claims, trusted) : ''

/** Whether a message comes from the named sender. */
export const isNamed = (stored: Stored): boolean => senderIn(stored) === claimedSender
