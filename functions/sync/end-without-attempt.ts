import { type Grounds, gaveUp } from '../core/dead-letter/reason.ts'
import { isUnproven } from '../core/dead-letter/replay-verdict.ts'
import { type Change, isFence, type Named } from '../core/event/event.ts'
import type { Message } from '../core/event/sqs-message.ts'
import { isPast, type Version } from '../core/event/version.ts'
import { endedLetter, withEnded } from '../core/ledger/ended-messages.ts'
import type { Entry } from '../core/ledger/ledger-entry.ts'
import { finishedBy, newEntry } from '../core/ledger/open-entry.ts'
import { doneBy, isTooOld, type Verdict } from '../core/outcome/verdict.ts'
import { closingEnds } from './attempt.ts'
import type { UpdateEntry } from './conditional-write.ts'
import type { SyncWorld } from './sync-world.ts'

/** A message with its verdict and, if it names a member, its change. */
export interface DecidedMessage {
  readonly message: Message
  readonly verdict: Verdict
  readonly change?: Change
  /** Of an event that is refused before the ledger is asked, but may be valid when SQS repeats its message. */
  readonly refused?: { readonly member: string; readonly version: Version }
}

/** A message with its verdict and names. */
export interface Decided extends DecidedMessage {
  readonly named: Named
  /** The event's version, if it could be read. */
  readonly version?: Version | undefined
  /** The event takes access away. */
  readonly withdraws?: boolean | undefined
}

/**
 * Ends messages without an attempt: those that are too old to be retried, and those whose event is refused but may be valid later.
 * The ledger keeps each letter before it is sent. The letters of one member are kept one after the other: each is a conditional write
 * on the same entry. `deadline` is that of the requests to targets. Never rejects.
 */
export async function endWithoutAttempt<J extends DecidedMessage>(
  all: readonly J[],
  world: SyncWorld,
  update: UpdateEntry,
  deadline: number,
): Promise<J[]> {
  const until = closingEnds(deadline, world.rules)
  const endOne = async (each: J): Promise<J> => {
    const { message, verdict, change, refused } = each
    if (verdict.kind === 'dead' && refused)
      return { ...each, verdict: await keepRefusal(refused, message, verdict, world, update, until) }
    if (verdict.kind !== 'retry' || !isTooOld(message, world.now(), world.rules)) return each
    const letter = gaveUp({ detail: 'the message is too old to be retried', ...verdict })
    if (!change) return { ...each, verdict: { kind: 'dead', letter } }
    return { ...each, verdict: await endTooOld(change, message, letter, world, update, until) }
  }
  const inTurn = async (ofMember: readonly J[]): Promise<J[]> => {
    const ended: J[] = []
    for (const each of ofMember) ended.push(await endOne(each))
    return ended
  }
  const members = Map.groupBy(
    all,
    ({ change, refused, message }) => (change ?? refused)?.member ?? message.id,
  )
  return (await Promise.all([...members.values()].map(inTurn))).flat()
}

/** Ends a change that is too old, before SQS deletes it. If the ledger does not answer, the letter says `unproven`. */
async function endTooOld(
  change: Change,
  { id }: Message,
  letter: Grounds,
  { now, telemetry }: SyncWorld,
  update: UpdateEntry,
  until: number,
): Promise<Verdict> {
  const { member, version, desired, reasserts } = change
  const doubtful: Verdict = { kind: 'dead', letter: { ...letter, unproven: true } }
  if (now() >= until) return doubtful

  const end = (entry: Entry | undefined) => {
    const self = { version, desired, message: id, reasserts, isFence: isFence(change) }
    // What is ahead has nothing that finishes it yet.
    const finished = change.due === undefined ? finishedBy(entry, self) : undefined
    if (finished) return finished
    const own = { ...letter, unproven: isUnproven(entry, version.id, now()) }
    return keepLetter(entry, member, { message: id, version }, own, now())
  }
  try {
    const ended = await update(member, end, until)
    return 'letter' in ended
      ? { kind: 'dead', letter: ended.letter }
      : doneBy(ended, change.late !== undefined)
  } catch (error) {
    telemetry.trouble(
      'ledger not available; the message is too old and becomes a dead letter, marked unproven',
      error,
    )
    return doubtful
  }
}

/** Keeps the letter of an event that may be valid later: when its role is in the catalogue, or when its time has come. */
async function keepRefusal(
  { member, version }: NonNullable<DecidedMessage['refused']>,
  { id }: Message,
  refusal: Extract<Verdict, { kind: 'dead' }>,
  { now, telemetry }: SyncWorld,
  update: UpdateEntry,
  until: number,
): Promise<Verdict> {
  const { letter } = refusal
  if (now() >= until) return refusal
  const end = (entry: Entry | undefined) => {
    const isFinished = entry?.applied && isPast(version, entry.applied.version)
    if (isFinished) return { kind: 'finished', letter } as const
    return keepLetter(entry, member, { message: id, version }, letter, now())
  }
  try {
    return { kind: 'dead', letter: (await update(member, end, until)).letter }
  } catch (error) {
    telemetry.trouble(
      'ledger not available; the dead letter is sent, and a repeat of its message may be attempted',
      error,
    )
    return refusal
  }
}

/** The ledger step that keeps a letter. If the message has a letter already, that one counts. */
function keepLetter(
  entry: Entry | undefined,
  member: string,
  message: { readonly message: string; readonly version: Version },
  letter: Grounds,
  now: number,
) {
  const kept = endedLetter(entry, message.message)
  if (kept) return { kind: 'ended', letter: kept } as const
  const base = entry ?? newEntry(member)
  return {
    kind: 'dead',
    entry: withEnded({ ...base, rev: base.rev + 1 }, message, letter, now),
    letter,
  } as const
}
