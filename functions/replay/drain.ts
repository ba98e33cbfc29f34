import { type Letter, namesOfLetter } from '../core/dead-letter.ts'
import { planLetter } from '../core/plan.ts'
import { renewedAttributes } from '../core/stamp.ts'
import { forEachOf } from './each.ts'
import { rememberEntries } from './entries.ts'
import type { LetterRecord, ReplayWorld } from './world.ts'

/** How the queue is drained. */
export interface DrainOptions {
  /** The age, from its latest send, at which a letter is sent again, in milliseconds. */
  readonly renewAfterMs: number
  /** Ends it between two letters; the result says so. */
  readonly signal?: AbortSignal
}

/** What a drain did. */
export interface Drained {
  readonly superseded: number
  readonly duplicate: number
  readonly renewed: number
  /** Letters that stay, renewed ones included. */
  readonly kept: number
  /** The age of the oldest letter that stays, from its latest send, in milliseconds; 0 when none stays. */
  readonly oldestMs: number
  /** Every letter was looked at. */
  readonly complete: boolean
}

/** How long a letter stays hidden should this process die, in seconds. */
const hideSeconds = 60

/** Letters that are dealt with at once. */
const parallel = 16

/**
 * Removes the letters that do not matter any more, superseded and duplicate ones, with the evidence; renews those that
 * would age out: SQS deletes a letter fourteen days after it was sent. Send, then delete.
 */
export async function drain(
  world: Omit<ReplayWorld, 'change' | 'wait' | 'hash'>,
  { renewAfterMs, signal }: DrainOptions,
): Promise<Drained> {
  const { letters, parse, log, now } = world
  const read = rememberEntries(world.ledger)
  const counts = { superseded: 0, duplicate: 0, renewed: 0, kept: 0 }
  const begun = now()
  let oldestMs = 0
  let complete = true

  async function* all() {
    for await (const letter of letters.look({ hideSeconds })) {
      complete = !signal?.aborted
      if (!complete) return
      const isOurs = letter.trail?.renewals !== undefined && letter.sentAt >= begun
      if (!isOurs) yield letter
    }
  }
  await forEachOf(all(), parallel, async (letter: Letter) => {
    const { messageId, reason } = letter
    const parsed = parse(letter.body, now())
    const entry = parsed.ok && parsed.change ? await read(parsed.change.member) : undefined
    const settled = planLetter(letter, parsed, entry, now())
    const tell = (act: LetterRecord['act'], facts: Partial<LetterRecord>) =>
      log.letter({ act, ...namesOfLetter(letter, parsed), messageId, reason, ...facts })

    if (settled.verdict === 'superseded' || settled.verdict === 'duplicate') {
      await letters.remove(letter)
      counts[settled.verdict] += 1
      return tell('removed', settled)
    }
    counts.kept += 1
    const age = now() - letter.sentAt
    if (age < renewAfterMs) {
      oldestMs = Math.max(oldestMs, age)
      return
    }
    await letters.send(letter.body, renewedAttributes(letter))
    tell('renewed', { verdict: settled.verdict })
    await letters.remove(letter)
    counts.renewed += 1
  })
  return { ...counts, oldestMs, complete }
}
