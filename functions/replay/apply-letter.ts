import { type DeadLetter, namesOfLetter } from '../core/dead-letter/dead-letter.ts'
import type { PlannedLetter } from '../core/dead-letter/planned-letters.ts'
import { replayedAttributes } from '../core/dead-letter/replay-attributes.ts'
import { settledBy } from '../core/dead-letter/replay-verdict.ts'
import type { Change } from '../core/event/event.ts'
import type { Entry } from '../core/ledger/ledger-entry.ts'
import type { LetterRecord, ReplayWorld } from './replay-world.ts'
import type { Watch } from './watch-replays.ts'

/** What became of one letter of a plan. */
export type AppliedLetter = 'sent' | 'removed' | 'refused'

/**
 * Applies one plan to letters. `sending` hears of each letter before it goes to the changes queue. A letter is sent first and deleted
 * then: a crash in between can only repeat it, and the ledger makes the repeat harmless. A letter is refused if it, or its
 * member's ledger entry, is not what the plan was made on.
 */
export function createLetterApplier(plan: string, world: ReplayWorld, sending: Watch['sent']) {
  const { letters, ledger, parse, hash, log, now } = world
  /** Members to whom this run sent a letter: their entries are expected to move. */
  const moved = new Set<string>()

  return async (planned: PlannedLetter, letter: DeadLetter): Promise<AppliedLetter> => {
    const parsed = parse(letter.body, now())
    const named = namesOfLetter(letter, parsed)
    const { messageId, reason } = letter
    const { verdict } = planned
    const tell = (act: LetterRecord['act'], facts: Partial<LetterRecord>) =>
      log.letter({ act, ...named, messageId, reason, verdict, ...facts, plan })
    const refuse = (detail: string): AppliedLetter => {
      tell('refused', { detail })
      return 'refused'
    }

    if (hash(letter.body) !== planned.bodyHash) return refuse('its body has changed since the plan')
    if (!parsed.ok) return refuse(`it is no longer valid: ${parsed.detail}`)
    const { change } = parsed
    const entry = change && (await ledger.read(change.member))
    const why = change && objection(planned, letter, change, entry, moved.has(change.member))
    if (why) return refuse(why)

    if (verdict === 'apply') {
      if (change) moved.add(change.member)
      sending(letter, parsed.named, change)
      await world.change(letter.body, replayedAttributes(letter, plan))
      tell('replayed', {})
      await letters.remove(letter)
      return 'sent'
    }
    if (!change) return refuse(`it is not ${verdict}`)
    await letters.remove(letter)
    tell('removed', { ...settledBy(letter, change, entry) })
    return 'removed'
  }
}

/** Why a letter is not dealt with. Where this run itself moved the entry, only what is in effect now counts. */
function objection(
  { verdict, rev }: PlannedLetter,
  letter: DeadLetter,
  change: Change,
  entry: Entry | undefined,
  movedByUs: boolean,
): string | undefined {
  const revision = entry?.rev ?? 0
  if (revision !== rev && !movedByUs) return `its ledger entry moved from revision ${rev} to ${revision}`
  const settled = settledBy(letter, change, entry)?.verdict
  if (verdict === 'apply') return settled && `it is ${settled} by now`
  return settled === verdict ? undefined : `it is not ${verdict}`
}
