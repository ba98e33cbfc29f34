import { isUnproven, type KnownEntry } from '../core/dead-letter/replay-verdict.ts'
import type { Change } from '../core/event/event.ts'
import type { Message } from '../core/event/sqs-message.ts'
import { finish } from '../core/ledger/open-entry.ts'
import { doneBy, isTooOld, type Verdict } from '../core/outcome/verdict.ts'
import { closingEnds } from './attempt.ts'
import type { SyncWorld } from './sync-world.ts'

/** A message with its verdict, and the change in it where it names a member. */
export interface Judged {
  readonly message: Message
  readonly verdict: Verdict
  readonly change?: Change
}

/**
 * Nothing ages out: a message that is too old to be retried is given up, whatever it waits for, before SQS drops
 * it. `deadline` is that of the requests to targets. Never rejects.
 */
export const endTooOld = <J extends Judged>(
  all: readonly J[],
  world: SyncWorld,
  deadline: number,
): Promise<J[]> =>
  Promise.all(
    all.map(async each => {
      const { message, verdict, change } = each
      if (verdict.kind !== 'retry' || !isTooOld(message, world.now(), world.rules)) return each
      return { ...each, verdict: await lastVerdict(verdict, message, change, world, deadline) }
    }),
  )

async function lastVerdict(
  { cause, status, detail = 'the message is too old to be retried' }: Extract<Verdict, { kind: 'retry' }>,
  { id }: Message,
  change: Change | undefined,
  world: SyncWorld,
  deadline: number,
): Promise<Verdict> {
  const given = { reason: 'gave_up', detail: `${cause}: ${detail}` } as const
  const letter = status === undefined ? given : { ...given, status }
  if (!change) return { kind: 'dead', letter }

  const known = await entryOf(change.member, world, deadline)
  const { version, desired } = change
  const applied = known === 'unknown' ? undefined : known?.applied
  const finished = applied && finish(applied, { version, desired, message: id })
  if (finished) return doneBy(finished)
  const unproven = isUnproven(known, version.id, world.now())
  return { kind: 'dead', letter: { ...letter, unproven } }
}

async function entryOf(
  member: string,
  { ledger, now, rules, telemetry }: SyncWorld,
  deadline: number,
): Promise<KnownEntry> {
  if (now() >= closingEnds(deadline, rules)) return 'unknown'
  try {
    return await ledger.read(member)
  } catch (error) {
    telemetry.trouble(
      'ledger not readable; the dead letter of a message that is too old says unproven',
      error,
    )
    return 'unknown'
  }
}
