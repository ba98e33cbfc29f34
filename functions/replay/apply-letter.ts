import { type DeadLetter, namesOfLetter } from '../core/dead-letter/dead-letter.ts'
import type { PlannedLetter } from '../core/dead-letter/planned-letters.ts'
import { replayedAttributes } from '../core/dead-letter/replay-attributes.ts'
import { raisesFence, settledBy } from '../core/dead-letter/replay-verdict.ts'
import type { Change } from '../core/event/event.ts'
import type { Entry } from '../core/ledger/ledger-entry.ts'
import type { LetterRecord, ReplayWorld } from './replay-world.ts'
import type { Watch } from './watch-replays.ts'

/** Whether a letter is sent to the changes queue. A held one is, once it is released. */
export const isSent = ({ verdict }: Pick<PlannedLetter, 'verdict'>): boolean =>
  verdict === 'apply' || verdict === 'held'

/** The result for one letter of a plan. */
export type AppliedLetter = 'sent' | 'removed' | 'refused'

/**
 * Creates the function that applies one plan to letters. `sending` is called before each send to the changes queue. A letter is
 * sent first and deleted after that: a crash in between only repeats the letter, and the ledger makes the repeat harmless. A
 * letter is refused if the letter, or what counts of its member's ledger entry, changed after the plan.
 */
export function createLetterApplier(plan: string, world: ReplayWorld, sending: Watch['sent']) {
  const { letters, ledger, parse, hash, log, now } = world
  /** The members to whom this run sent a letter: their entries may change. */
  const sentTo = new Set<string>()

  return async (planned: PlannedLetter, letter: DeadLetter): Promise<AppliedLetter> => {
    const parsed = parse(letter.body, now())
    const named = namesOfLetter(letter, parsed)
    const { messageId, reason } = letter
    const { verdict } = planned
    const record = (act: LetterRecord['act'], facts: Partial<LetterRecord>) =>
      log.letter({ act, ...named, messageId, reason, verdict, ...facts, plan })
    const refuse = (detail: string): AppliedLetter => {
      record('refused', { detail })
      return 'refused'
    }

    if (hash(letter.body) !== planned.bodyHash) return refuse('its body changed after the plan; plan again')
    if (!parsed.ok) return refuse(`it is no longer valid: ${parsed.detail}`)
    const { change } = parsed
    const entry = change && (await ledger.read(change.member))
    const why = change && whyRefused(planned, letter, change, entry, sentTo.has(change.member))
    if (why) return refuse(why)

    if (isSent(planned)) {
      if (change) sentTo.add(change.member)
      sending(letter, parsed.named, change)
      await world.change(letter.body, replayedAttributes(letter, plan))
      record('replayed', {})
      await letters.remove(letter)
      return 'sent'
    }
    if (!change) return refuse(`it is not ${verdict} any more; plan again`)
    if (raisesFence(letter, change, entry)) await world.change(letter.body, replayedAttributes(letter, plan))
    await letters.remove(letter)
    record('removed', { ...settledBy(letter, change, entry) })
    return 'removed'
  }
}

/**
 * Why a letter is refused. If this run sent a letter of the member, or the letter is held, the entry's revision may differ, and only its
 * applied state counts: each later change that is held moves the revision, and an approval names version and state.
 */
function whyRefused(
  { verdict, rev }: PlannedLetter,
  letter: DeadLetter,
  change: Change,
  entry: Entry | undefined,
  isSentTo: boolean,
): string | undefined {
  const revision = entry?.rev ?? 0
  if (revision !== rev && !isSentTo && verdict !== 'held')
    return `its ledger entry changed from revision ${rev} to ${revision}; plan again`
  const settled = settledBy(letter, change, entry)?.verdict
  if (isSent({ verdict })) return settled && `it is ${settled} now; plan again`
  return settled === verdict ? undefined : `it is not ${verdict} any more; plan again`
}
