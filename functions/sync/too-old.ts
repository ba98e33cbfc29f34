import type { Grounds } from '../core/dead-letter/reason.ts'
import { isUnproven } from '../core/dead-letter/replay-verdict.ts'
import type { Change } from '../core/event/event.ts'
import type { Message } from '../core/event/sqs-message.ts'
import { endedLetter, withEnded } from '../core/ledger/ended-messages.ts'
import type { Entry } from '../core/ledger/ledger-entry.ts'
import { finish, newEntry } from '../core/ledger/open-entry.ts'
import { doneBy, isTooOld, type Verdict } from '../core/outcome/verdict.ts'
import { closingEnds } from './attempt.ts'
import type { UpdateEntry } from './conditional-write.ts'
import type { SyncWorld } from './sync-world.ts'

/** A message with its verdict and, if it names a member, its change. */
export interface DecidedMessage {
  readonly message: Message
  readonly verdict: Verdict
  readonly change?: Change
}

/**
 * Gives up messages that are too old to be retried, before SQS deletes them. `deadline` is that of the requests to targets.
 * Never rejects.
 */
export const endTooOld = <J extends DecidedMessage>(
  all: readonly J[],
  world: SyncWorld,
  update: UpdateEntry,
  deadline: number,
): Promise<J[]> =>
  Promise.all(
    all.map(async each => {
      const { message, verdict, change } = each
      if (verdict.kind !== 'retry' || !isTooOld(message, world.now(), world.rules)) return each
      const letter = gaveUp(verdict)
      if (!change) return { ...each, verdict: { kind: 'dead', letter } }
      return { ...each, verdict: await endChange(change, message, letter, world, update, deadline) }
    }),
  )

const gaveUp = ({
  cause,
  status,
  detail = 'the message is too old to be retried',
}: Extract<Verdict, { kind: 'retry' }>): Grounds => ({
  ...{ reason: 'gave_up', detail: `${cause}: ${detail}` },
  ...(status !== undefined && { status }),
})

/** Ends a change in the ledger without an attempt. If the ledger does not answer, the letter says `unproven`. */
async function endChange(
  { member, version, desired }: Change,
  { id }: Message,
  letter: Grounds,
  { now, rules, telemetry }: SyncWorld,
  update: UpdateEntry,
  deadline: number,
): Promise<Verdict> {
  const doubtful: Verdict = { kind: 'dead', letter: { ...letter, unproven: true } }
  const until = closingEnds(deadline, rules)
  if (now() >= until) return doubtful

  const end = (entry: Entry | undefined) => {
    const finished = entry?.applied && finish(entry.applied, { version, desired, message: id })
    if (finished) return finished
    const kept = endedLetter(entry, id)
    if (kept) return { kind: 'ended', letter: kept } as const
    const base = entry ?? newEntry(member)
    const own = { ...letter, unproven: isUnproven(entry, version.id, now()) }
    const stored = withEnded({ ...base, rev: base.rev + 1 }, { message: id, version }, own)
    return { kind: 'dead', entry: stored, letter: own } as const
  }
  try {
    const ended = await update(member, end, until)
    return ended.kind === 'finished' ? doneBy(ended) : { kind: 'dead', letter: ended.letter }
  } catch (error) {
    telemetry.trouble(
      'no clear answer from the ledger; the dead letter of a message that is too old says unproven',
      error,
    )
    return doubtful
  }
}
