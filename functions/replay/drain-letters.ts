import { type DeadLetter, namesAsRead } from '../core/dead-letter/dead-letter.ts'
import { type LetterVerdict, planLetter } from '../core/dead-letter/planned-letters.ts'
import { renewedAttributes } from '../core/dead-letter/replay-attributes.ts'
import type { SettledVerdict } from '../core/dead-letter/replay-verdict.ts'
import { forEachOf } from '../core/for-each-of.ts'
import { createFailures } from './letter-failures.ts'
import { rememberEntries } from './remember-entries.ts'
import type { LetterRecord, ReplayWorld } from './replay-world.ts'

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
  /** Letters that stay, renewed and failed ones included. */
  readonly kept: number
  /** Letters that failed; each has a line that says why. They stay, and the next drain tries them again. */
  readonly failed: number
  /** Letters that were hidden to the end, as SQS estimates: somebody else is looking at them. */
  readonly hidden: number
  /** The age of the oldest letter that stays, from its latest send, in milliseconds; 0 when none stays. */
  readonly oldestMs: number
  /** Every letter was looked at. */
  readonly complete: boolean
}

/** How long a letter stays hidden should this process die, in seconds. */
const hideSeconds = 60

/** How long is waited for letters that somebody else is looking at, in seconds. */
const patienceSeconds = 10

/** Letters that are dealt with at once. */
const parallel = 16

/**
 * Removes the letters that do not matter any more, superseded and duplicate ones, with the evidence; renews those that
 * would age out: SQS deletes a letter fourteen days after it was sent. Send, then delete. A letter that fails stays, and is
 * renewed all the same where that can be done; when twenty fail in a row the drain ends.
 */
export async function drain(
  world: Omit<ReplayWorld, 'change' | 'wait' | 'hash'>,
  { renewAfterMs, signal }: DrainOptions,
): Promise<Drained> {
  const { letters, parse, log, now } = world
  const read = rememberEntries(world.ledger)
  const failures = createFailures(world)
  const counts = { superseded: 0, duplicate: 0, renewed: 0, kept: 0 }
  const begun = now()
  let hidden = 0
  let oldestMs = 0
  let complete = true

  async function* all(idle: () => Promise<unknown>) {
    const onHidden = (count: number) => {
      hidden = count
    }
    for await (const letter of letters.look({ hideSeconds, patienceSeconds, onHidden, idle })) {
      complete = !signal?.aborted && !failures.tooMany
      if (!complete) return
      const isOurs = letter.trail?.renewals !== undefined && letter.sentAt >= begun
      if (!isOurs) yield letter
    }
  }
  const judge = async (letter: DeadLetter) => {
    const parsed = parse(letter.body, now())
    const entry = parsed.ok && parsed.change ? await read(parsed.change.member) : undefined
    return planLetter(letter, parsed, entry, now())
  }
  const tell = (letter: DeadLetter, act: LetterRecord['act'], facts: Partial<LetterRecord>) => {
    const { messageId, reason } = letter
    log.letter({ act, ...namesAsRead(letter, parse, now()), messageId, reason, ...facts })
  }
  const remove = async (letter: DeadLetter, settled: Extract<LetterVerdict, { verdict: SettledVerdict }>) => {
    await letters.remove(letter)
    counts[settled.verdict] += 1
    tell(letter, 'removed', settled)
    return true
  }
  const renew = async (letter: DeadLetter, verdict: LetterVerdict['verdict'] | undefined) => {
    await letters.send(letter.body, renewedAttributes(letter))
    tell(letter, 'renewed', verdict === undefined ? {} : { verdict })
    await letters.remove(letter)
    counts.renewed += 1
    return true
  }
  const deal = async (letter: DeadLetter) => {
    const settled = await failures.attempt(letter, () => judge(letter))
    const gone =
      settled?.verdict === 'superseded' || settled?.verdict === 'duplicate'
        ? await failures.attempt(letter, () => remove(letter, settled))
        : false
    if (gone) return
    counts.kept += 1
    const age = now() - letter.sentAt
    const renewed =
      gone === false &&
      age >= renewAfterMs &&
      (await failures.attempt(letter, () => renew(letter, settled?.verdict)))
    if (!renewed) oldestMs = Math.max(oldestMs, age)
  }
  await forEachOf(all, parallel, async (letter: DeadLetter) => {
    await deal(letter)
    failures.over(letter)
  })
  complete &&= hidden === 0 && !failures.tooMany
  return { ...counts, failed: failures.failed, hidden, oldestMs, complete }
}
